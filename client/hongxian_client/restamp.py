"""New stamps for unsent work: after a wrong clock was noticed, or under a new device number."""

from __future__ import annotations

from typing import Any

import orjson

from hongxian.collection import Collection
from hongxian.merge import Members
from hongxian.setting import get_setting, put_settings
from hongxian.stamp import Clock
from hongxian_client.agreed import agreed_copies
from hongxian_client.outbox import SENT, UNSENT, WAITING, Entry
from hongxian_client.replica import Replica


def restamp(replica: Replica, *, device: int, offset: int) -> None:
    """Give unsent transactions new stamps in their order, inside the caller's transaction.

    Later stamps use the device number and the offset (milliseconds) too. What a change says it
    replaced is renewed with it; a tally's share goes from the old number to the new one.
    """
    old_device = get_setting("device", 0)
    clock = Clock(device, last=get_setting("observed", 0), offset=offset, now=replica.now)
    new_stamps: dict[int, int] = {}
    shares = _Shares(old_device, device)
    touched: dict[str, list[str]] = {}
    entries = list(
        Entry.select().where(Entry.state.in_([UNSENT, WAITING, SENT])).order_by(Entry.position)
    )
    for entry in entries:
        collection = replica.collections.get(entry.collection)
        values = orjson.loads(entry.change)
        if entry.state == SENT:
            shares.pass_over(collection, entry, values)
            continue
        new = new_stamps.get(entry.stamp) or new_stamps.setdefault(entry.stamp, clock.tick())
        for name, value in values.items():
            kind = (
                collection.columns[name].kind if collection and name in collection.columns else ""
            )
            if kind == "members":
                values[name] = Members.restamp(value, new_stamps)
            elif kind == "tally" and collection:
                values[name] = shares.move(collection, entry, name, value)
        replaced = orjson.loads(entry.replaced) if entry.replaced else {}
        replaced = {name: new_stamps.get(stamp, stamp) for name, stamp in replaced.items()}
        Entry.update(
            stamp=new,
            change=orjson.dumps(values).decode(),
            replaced=orjson.dumps(replaced).decode() if replaced else None,
        ).where(Entry.position == entry.position).execute()
        touched.setdefault(entry.collection, []).append(entry.record)
    put_settings(device=device, clock_offset=offset, last_stamp=clock.last)
    for name, ids in touched.items():
        collection = replica.collections.get(name)
        if collection and any(column.merge.keeps_both for column in collection.columns.values()):
            replica.refold(collection, sorted(set(ids)))


class _Shares:
    """Turns a device's totals in unsent tallies into totals of its new number.

    A change holds the device's whole share after it. What the old number had counted before
    stays with it; only what each change added goes over.
    """

    def __init__(self, old: int, new: int) -> None:
        self.old, self.new = str(old), str(new)
        self._before: dict[tuple[str, str, str], list[int]] = {}
        self._moved: dict[tuple[str, str, str], list[int]] = {}

    def pass_over(
        self, collection: Collection | None, entry: Entry, values: dict[str, Any]
    ) -> None:
        """A change that the hub has under the old number: later ones count on from it."""
        columns = collection.columns if collection else {}
        for name, value in values.items():
            if name in columns and columns[name].kind == "tally" and self.old in value:
                self._before[entry.collection, entry.record, name] = value[self.old]

    def move(
        self, collection: Collection, entry: Entry, name: str, value: dict[str, list[int]]
    ) -> Any:
        """The same counting under the new number."""
        if self.old == self.new or self.old not in value:
            return value
        key = (entry.collection, entry.record, name)
        if key not in self._before:
            agreed = agreed_copies(entry.collection, [entry.record]).get(entry.record)
            state = (agreed.values.get(name) or {}) if agreed else {}
            self._before[key] = state.get(self.old, [0, 0])
            self._moved.setdefault(key, state.get(self.new, [0, 0]))
        before, moved = self._before[key], self._moved.setdefault(key, [0, 0])
        now = value[self.old]
        self._moved[key] = [moved[0] + now[0] - before[0], moved[1] + now[1] - before[1]]
        self._before[key] = now
        return {self.new: self._moved[key]}
