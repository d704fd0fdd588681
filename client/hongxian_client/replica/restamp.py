"""New stamps for unsent work: after a wrong clock was noticed, or under a new device number.

Counts and spends are a device's own: they move to the new number, and follow what is agreed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hongxian.collection import Collection
from hongxian.merge import Members, Tally
from hongxian.quota import Step, part_of, step_of
from hongxian.shared import Task
from hongxian.stamp import Clock
from hongxian.storage.database import write_all
from hongxian.storage.setting import get_setting, put_settings
from hongxian_client.replica.base import base_rows
from hongxian_client.replica.former import note_new_stamps, prints_of
from hongxian_client.replica.outbox import DEFERRED, SENT, UNSENT, Entry
from hongxian_client.replica.replica import Replica


def restamp(
    replica: Replica, *, device: int, offset: int, became: Mapping[int, int] | None = None
) -> None:
    """Give unsent transactions new stamps in their order, inside the caller's transaction.

    Later stamps use the device number and the offset (milliseconds) too. What a change says it
    replaced is renewed with it; a tally's share goes from the old number to the new one. What was
    spent under rights that stay with the old number opens a task. `became` are the stamps under which
    the hub has what this laptop holds as sent under others.
    """
    old_device = get_setting("device", 0)
    clock = Clock(device, last=get_setting("observed", 0), offset=offset, now=replica.now)
    new_stamps: dict[int, int] = dict(became or {})
    shares, quotas = _Shares(old_device, device), _Quotas(old_device, device)
    touched: dict[str, list[str]] = {}
    made: dict[str, list[tuple[int, str, int]]] = {}
    entries = list(
        Entry.select().where(Entry.state.in_([UNSENT, DEFERRED, SENT])).order_by(Entry.position)
    )
    prints = prints_of(entry for entry in entries if entry.state != SENT)
    for entry in entries:
        values = orjson.loads(entry.change)
        if entry.state == SENT:
            quotas.pass_over(entry, values)
            continue
        new = new_stamps.get(entry.stamp) or new_stamps.setdefault(entry.stamp, clock.tick())
        for name, value in values.items():
            if is_quota(value):
                values[name] = quotas.move(entry, name, value)
            elif _is_tally(value):
                values[name] = shares.move(entry, name, value)
            elif isinstance(value, dict):
                values[name] = Members.restamp(value, new_stamps)
        replaced = orjson.loads(entry.replaced) if entry.replaced else {}
        replaced = {name: new_stamps.get(stamp, stamp) for name, stamp in replaced.items()}
        Entry.update(
            stamp=new,
            change=orjson.dumps(values).decode(),
            replaced=orjson.dumps(replaced).decode() if replaced else None,
        ).where(Entry.position == entry.position).execute()
        touched.setdefault(entry.collection, []).append(entry.record)
        if entry.whole:
            made.setdefault(entry.collection, []).append((new, entry.record, entry.stamp))
    note_new_stamps({stamp: new_stamps[stamp] for stamp in prints}, prints)
    put_settings(device=device, clock_offset=offset, last_stamp=clock.last)
    for name, table in replica.held_tables().items():
        # A row under the old stamp is one that nobody has agreed to; its plugin may be missing.
        write_all(
            replica.database,
            f'UPDATE "{table}" SET stamp = ? WHERE id = ? AND stamp = ?',
            made.get(name, ()),
        )
    replica.rebase_by_name(
        {name: stale for name, ids in touched.items() if (stale := _stale(replica, name, ids))}
    )
    for (name, id, _), amount in quotas.uncovered.items():
        if name in replica.collections:
            _open_task(replica, replica.collections[name], id, amount)


def _stale(replica: Replica, name: str, ids: Sequence[str]) -> list[str]:
    """The records whose rows tell of old stamps still: in states, and of what was written twice."""
    collection, times = replica.collections.get(name), Counter(ids)
    all_are = collection is None or collection.has_states
    return sorted(id for id, count in times.items() if all_are or count > 1)


def _open_task(replica: Replica, collection: Collection, id: str, amount: int) -> None:
    """Let a person see to what was given out under rights that may have been spent before."""
    row = replica.view(collection, [id])[id].local
    text = (
        f"{collection.title} × {amount}："
        "由恢复或复制过的电脑支出，可能已被支出过，请核对。"
        "Given out by a laptop that had been restored or copied, perhaps for the second time: check."
    )
    task = {"scope": row.scope, "text": text, "collection": collection.name, "record": id}
    replica.create(Task, [task])


class _Quotas:
    """Puts unsent changes of quotas on top of what is agreed, under the new number.

    Rights stay with the old number, for its twin may hold them: what was spent under them is
    uncovered under the new one, and what was passed on is not.
    """

    def __init__(self, old: int, new: int) -> None:
        self.old, self.new = old, new
        self.uncovered: dict[tuple[str, str, str], int] = {}
        """Amounts by collection, record and field."""
        self._now: dict[tuple[int, str, str, str], dict[str, Any]] = {}

    def pass_over(self, entry: Entry, values: dict[str, Any]) -> None:
        """A change that the hub has: later ones follow it."""
        for name, value in values.items():
            if is_quota(value):
                self.move(entry, name, value, of=self.old)

    def move(
        self, entry: Entry, name: str, part: dict[str, Any], of: int | None = None
    ) -> dict[str, Any]:
        """The same change after all that went before."""
        device, record = self.new if of is None else of, (entry.collection, entry.record, name)
        step = step_of(part)
        if device != self.old:
            step, gone = _without_rights(step)
            if gone:
                self.uncovered[record] = self.uncovered.get(record, 0) + gone
        now = self._now.get((device, *record))
        if now is None:
            base = base_rows(entry.collection, [entry.record]).get(entry.record)
            state = (base.values.get(name) or {}) if base else {}
            now = state.get(str(device), {})
        self._now[(device, *record)] = step.after(now)
        return part_of(device, now, step)


def is_quota(value: Any) -> bool:
    """Whether a value is a change of a quota; told by its shape, since the plugin may be missing."""
    return (
        isinstance(value, dict) and bool(value) and all(isinstance(e, dict) for e in value.values())
    )


def _without_rights(step: Step) -> tuple[Step, int]:
    gone = max(step.spent - step.given_back, 0)
    return Step(granted=step.granted, uncovered=step.uncovered + gone), gone


def _is_tally(value: Any) -> bool:
    """Whether a value is a tally's part; told by its shape, since the plugin may be missing now."""
    return isinstance(value, dict) and all(
        isinstance(count, int) for share in value.values() for count in share
    )


class _Shares:
    """Turns what unsent changes count under a device's old number into counts of its new one.

    What the old number had counted before stays with it; only what each change added goes over.
    """

    def __init__(self, old: int, new: int) -> None:
        self.old, self.new = str(old), str(new)
        self._moved: dict[tuple[str, str, str], list[int]] = {}

    def move(self, entry: Entry, name: str, value: dict[str, list[int]]) -> Any:
        """The same counting under the new number."""
        if self.old == self.new or self.old not in value:
            return value
        key = (entry.collection, entry.record, name)
        if key not in self._moved:
            base = base_rows(entry.collection, [entry.record]).get(entry.record)
            state = (base.values.get(name) or {}) if base else {}
            self._moved[key] = state.get(self.new, [0, 0])
        share = Tally.counted_on(self._moved[key], *Tally.added(value[self.old]))
        self._moved[key] = share[:2]
        return {self.new: share}
