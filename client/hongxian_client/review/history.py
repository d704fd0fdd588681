"""A record's history: from the hub's journal, or what this laptop alone knows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import quote

from hongxian.collections.collection import Collection
from hongxian.errors import HubOutOfReach, NotJoined
from hongxian.model.row import DELETED, WRITTEN_BY, Row, merge_change, new_row
from hongxian.text import Text
from hongxian.wire.history import HistoryEntry, Origin
from hongxian.words.values import Json, JsonObject, Value, Values
from hongxian_client.replica.deeds import DeedPart, Was
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState
from hongxian_client.review.conflicts import losers_of
from hongxian_client.text.format import Makers, moment, plain_value
from hongxian_client.transport.link import Link

Line = JsonObject
"""`{"stamp", "at", "device", "who", "person", "how", "before", "after", "lost", "forgotten"}`; `at` is ISO
8601, `who` the laptop, `person` None where only the laptop is known, `lost` the fields whose value
here did not stand in a conflict, `forgotten` whether the hub no longer keeps what was written."""


def history_of(
    replica: Replica, collection: Collection, id: str, link: Callable[[], Link] | None
) -> tuple[list[Line], bool]:
    """All that can be told of a record, newest first, and whether that is the whole of it.

    The whole lies on the hub; without a `link`, or out of its reach, what this laptop knows.
    """
    view = replica.view(collection, [id])[id]
    lines = not_taken_in(replica, collection, id)
    if view.base is None:
        return lines, True
    if link is not None:
        with suppress(HubOutOfReach, NotJoined):
            told = from_hub(link(), collection, id)
            return _with_losers(replica, collection, id, lines, told), True
    told = from_stamps(collection, view.base)
    return _with_losers(replica, collection, id, lines, told), False


def _with_losers(
    replica: Replica, collection: Collection, id: str, unsent: list[Line], told: list[Line]
) -> list[Line]:
    """The lines with a mark on what lost; what no line tells of any more is put in its place."""
    by_stamp = {line["stamp"]: line for line in told}
    written = {(name, int(line["stamp"])) for line in [*unsent, *told] for name in line["after"]}
    for loser in losers_of(replica, collection, id, written):
        after = _plain(collection, {loser.field: loser.value})
        if not after:  # that a record stood, and is deleted now, is no value to show
            continue
        line = by_stamp.get(str(loser.stamp))
        if line is None:
            line = _line(Makers(), loser.stamp, how="present", after={})
            place = sum(int(each["stamp"]) > loser.stamp for each in told)
            told.insert(place, line)
            by_stamp[line["stamp"]] = line
        line["after"] = {**line["after"], **after}
        line["lost"].append(loser.field)
    return unsent + told


def _line(makers: Makers, stamp: int, **told: Json) -> Line:
    """A line of what this laptop knows."""
    usual: Line = {"person": None, "before": {}, "lost": [], "forgotten": False}
    return {"stamp": str(stamp), **makers.of_stamp(stamp), **usual, **told}


def from_hub(link: Link, collection: Collection, id: str) -> list[Line]:
    """What the hub's journal holds, newest first. Raises `HubOutOfReach`, `HubRefused`."""
    path = f"/v1/history/{quote(collection.name)}/{quote(id)}"
    return [_told(collection, entry) for entry in link.get_list(path, HistoryEntry)]


def _told(collection: Collection, entry: HistoryEntry) -> Line:
    before, after = (_whole(collection, each) for each in (entry.before, entry.after))
    return {
        "seq": entry.seq,
        "stamp": entry.stamp,
        "at": moment(entry.at),
        "device": entry.device,
        "who": _name(entry.who),
        "person": after.get(WRITTEN_BY) if entry.how is Origin.PUSHED else None,
        "how": entry.how,
        "before": _plain(collection, before),
        "after": _plain(collection, _after(collection, before, after)),
        "lost": [],
        "forgotten": entry.forgotten,
    }


def written_under(link: Link, collection: Collection, id: str, stamp: int) -> DeedPart | None:
    """What the hub tells of one change, as what is kept of one that was made here; None where it cannot go back.

    Raises `HubOutOfReach`, `HubRefused`.
    """
    path = f"/v1/history/{quote(collection.name)}/{quote(id)}"
    for entry in link.get_list(path, HistoryEntry):
        if entry.stamp == str(stamp) and entry.before and not entry.forgotten:
            before, after = (_whole(collection, each) for each in (entry.before, entry.after))
            joined = {name for name in after if collection.rule_of(name).keeps_both}
            plain = {name: before.get(name) for name in after.keys() - joined - {WRITTEN_BY}}
            was = Was(before=plain, parts={name: after[name] for name in joined})
            return DeedPart.of_change(collection.name, id, stamp, was)
    return None


def _name(who: Text) -> Text | str:
    """A laptop's name is the same in both languages; what the hub is called is not."""
    return who.zh if who.zh == who.en else who


def not_taken_in(replica: Replica, collection: Collection, id: str) -> list[Line]:
    """What this laptop has written and the hub has not taken in, newest first."""
    makers, lines = Makers(), []
    view = replica.view(collection, [id]).get(id)
    row = view.base.copy() if view and view.base else None
    for entry in view.pending if view else ():
        change = entry.as_change()
        before = {name: row.values.get(name) for name in change.values} if row else {}
        if row is not None:
            merge_change(row, change, collection.rule_of)
        elif change.whole:
            row = new_row(change, "")
        if entry.state != EntryState.SENT:
            after = _after(collection, before, change.values)
            sides = {"before": _plain(collection, before), "after": _plain(collection, after)}
            person = change.values.get(WRITTEN_BY)
            lines.append(_line(makers, entry.stamp, how=entry.state, person=person, **sides))
    return lines[::-1]


def from_stamps(collection: Collection, row: Row) -> list[Line]:
    """Who wrote each of the present values, and when: all that the stamps tell, newest first."""
    makers = Makers()
    by_stamp: dict[int, Values] = {}
    for name, value in row.values.items():
        by_stamp.setdefault(row.stamp_of(name), {})[name] = value
    return [
        _line(
            makers,
            stamp,
            how="present",
            person=values.get(WRITTEN_BY),
            after=_plain(collection, values),
        )
        for stamp, values in sorted(by_stamp.items(), reverse=True)
        if stamp and values.keys() != {WRITTEN_BY}
    ]


def _after(
    collection: Collection, before: Mapping[str, Value], after: Mapping[str, Value]
) -> Values:
    """The values after a change; of a counter or a set it holds only the part that it changed."""
    values = dict(after)
    for name in values:
        rule = collection.rule_of(name).of(before.get(name), values[name])
        if rule.keeps_both:
            values[name] = rule.join(before.get(name), 0, values[name], 0)[0]
    return values


def _whole(collection: Collection, values: Mapping[str, Value]) -> Values:
    """The values with the stamps and counts of states as numbers: public JSON has some as text."""
    states = (name for name in values if collection.rule_of(name).keeps_both)
    return {**values, **{name: _numbers(values[name]) for name in states}}


def _numbers(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_numbers(each) for each in value]
    return int(value) if isinstance(value, str) else value


def _plain(collection: Collection, values: Mapping[str, Value]) -> Values:
    return {
        name: plain_value(collection, name, value)
        for name, value in values.items()
        if name != WRITTEN_BY and (name != DELETED or value)
    }
