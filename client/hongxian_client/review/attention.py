"""What needs a person: transactions that the hub refused, and those that wait for a plugin or a team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from hongxian.errors import Refused
from hongxian.model.row import DELETED, local_rows
from hongxian.text import Text, revived
from hongxian.wire.verdicts import TakenKey
from hongxian.words.values import JsonObject
from hongxian_client.replica.kept_files import keep_file, of_entries
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import (
    NOTHING_LEFT,
    PUT_OFF,
    Entry,
    EntryState,
    entries_of,
    set_state,
    with_state,
)
from hongxian_client.replica.unsent.rebase import base_rows, rebase_records

BUMPED = "bumped"
"""How a refused transaction is called whose key another record holds."""
ERASED = "erased"
"""How a change is called that was dropped, because its record was erased for good."""


@dataclass
class Rejected:
    """One transaction that stepped aside; `number` names it for as long as it is here."""

    number: int
    stamp: int
    state: str
    reasons: dict[str, list[Text]]
    """Why, by field; under "" what concerns no single one."""
    taken: TakenKey | None = None
    """Of a bumped one."""
    entries: list[Entry] = field(default_factory=list)

    @property
    def deletes(self) -> bool:
        """Whether it deletes records and does nothing else."""
        return all(entry.as_change().values.get(DELETED) for entry in self.entries)

    @property
    def is_away(self) -> bool:
        """Whether all of it waits for a team."""
        return all(entry.state == EntryState.KEPT for entry in self.entries)


class NothingThere(Refused):
    """No such transaction steps aside."""

    message = Text(
        "没有编号为 {number} 的待处理事项。现有：{known}",
        "Nothing that needs attention has number {number}. There are: {known}",
    )


def rejected_transactions() -> list[Rejected]:
    """All of them, oldest first."""
    found: dict[int, Rejected] = {}
    for entry in with_state(EntryState.REFUSED, EntryState.KEPT, *PUT_OFF):
        reasons = revived(orjson.loads(entry.reason)) if entry.reason else {}
        if entry.stamp not in found:
            taken = TakenKey.load(orjson.loads(entry.taken)) if entry.taken else None
            state = BUMPED if taken else ERASED if entry.change == NOTHING_LEFT else entry.state
            found[entry.stamp] = Rejected(entry.position, entry.stamp, state, reasons, taken)
        if entry.state == EntryState.KEPT:
            found[entry.stamp].state = entry.state
        found[entry.stamp].entries.append(entry)
    return list(found.values())


def resend(replica: Replica, number: int) -> None:
    """Send a transaction again as it is; raises `NothingThere`, and `Refused` where nothing is left of it."""
    with replica.transaction() as transaction:
        rejected = _rejected(number)
        if rejected.state == ERASED:
            raise Refused(
                detail=Text(
                    "记录已彻底删除，没有可送的内容。",
                    "Its record was erased: nothing is left to send.",
                )
            )
        if rejected.state == EntryState.KEPT:
            _let_go_alone(rejected)
        if rejected.state not in PUT_OFF:
            records = [(entry.collection, entry.record) for entry in rejected.entries]
            replica.send_again(records, transaction.stamp())
        else:
            set_state([rejected.stamp], EntryState.UNSENT)
    replica.on_write()


def _let_go_alone(rejected: Rejected) -> None:
    """Part what can go out now from what waits for a team; raises `Refused` where that is all of it."""
    here = [each.position for each in rejected.entries if each.state != EntryState.KEPT]
    if rejected.is_away:
        raise Refused(
            detail=Text(
                "本机现在不属于这个团队；等管理员让它回来，就会自动送出。",
                "This laptop is not of the team now; once the keeper lets it in again, it goes out by itself.",
            )
        )
    Entry.update(state=EntryState.REFUSED).where(Entry.position.in_(here)).execute()


def discard(replica: Replica, number: int) -> Path | None:
    """Take a transaction back; what it held, if anything is left, stays in the file that is returned.

    With a record that it made go all later changes to it. Raises `NothingThere`, and `Refused` while
    a plugin is away without which nobody can tell what is left of its records.
    """
    with replica.transaction():
        rejected = _rejected(number)
        gone = list(_with_followers(rejected))
        away = sorted({each.collection for each in gone} - replica.collections.keys())
        if away:
            raise Refused(
                detail=Text(
                    "缺少 {away} 的插件：先放回来，再放弃。",
                    "The plugin of {away} is missing: put it back first, then discard.",
                ).format(away=away)
            )
        is_left = rejected.state != ERASED
        path = keep_file(replica, "discarded", of_entries(gone)) if is_left else None
        Entry.delete().where(Entry.position.in_([each.position for each in gone])).execute()
        for name in {each.collection for each in gone}:
            ids = sorted({each.record for each in gone if each.collection == name})
            rebase_records(replica.collections[name], ids)
    return path


def _rejected(number: int) -> Rejected:
    rejections = rejected_transactions()
    for rejected in rejections:
        if rejected.number == number:
            return rejected
    raise NothingThere(number=number, known=[each.number for each in rejections] or "-")


def _with_followers(rejected: Rejected) -> Iterable[Entry]:
    for entry in rejected.entries:
        yield entry
        known_to_hub = entry.record in base_rows(entry.collection, [entry.record])
        if entry.whole and not known_to_hub:
            later = entries_of(entry.collection, [entry.record], also_kept=True)[entry.record]
            yield from (each for each in later if each.stamp != rejected.stamp)


def wanted_record(replica: Replica, rejected: Rejected) -> str | None:
    """Of a bumped one: the id of the record that wanted the key; None while its plugin is away."""
    taken = rejected.taken
    collection = replica.collections.get(taken.collection) if taken else None
    if taken is None or collection is None:
        return None
    own = [entry.record for entry in rejected.entries if entry.collection == collection.name]
    for id, row in local_rows(replica.view(collection, own)).items():
        if [row.values.get(name) for name in taken.fields] == taken.key:
            return id
    return None


def _taken(replica: Replica, rejected: Rejected) -> JsonObject | None:
    taken = rejected.taken
    return {**asdict(taken), "record": wanted_record(replica, rejected)} if taken else None


def as_json(replica: Replica, rejected: Rejected) -> JsonObject:
    """For `--json` and the page."""
    return {
        "number": rejected.number,
        "state": rejected.state,
        "reasons": rejected.reasons,
        "taken": _taken(replica, rejected),
        "changes": [
            {
                "collection": entry.collection,
                "id": entry.record,
                "new": entry.whole,
                "values": orjson.loads(entry.change),
            }
            for entry in rejected.entries
        ],
    }
