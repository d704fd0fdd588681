"""Verdicts on the laptop: what the hub said of each transaction, and what becomes of it here.

The hub's `sync.verdicts` gives them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import orjson

from hongxian.collections.collection import Collection
from hongxian.errors import PageRefused
from hongxian.model.row import Change, merge_change, new_row
from hongxian.storage.database import write_all
from hongxian.text import Text
from hongxian.wire.digest import Sums
from hongxian.wire.verdicts import Outcome, SeqRange, Verdict, VerdictKind
from hongxian_client.replica.deeds import let_deleted_go
from hongxian_client.replica.laptop_state import LaptopId, LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Entry, EntryState, Slice
from hongxian_client.replica.unsent.rebase import base_rows, base_seqs, put_bases, rebase_records

PUT_OFF = orjson.dumps(
    {"": [Text("社区主机补齐数据后再送。", "Goes out when the hub has been filled again.")]}
).decode()
ANEW = frozenset({VerdictKind.CLOCK, VerdictKind.AGAIN})
"""Verdicts after which unsent work gets new stamps: a stamp's time was wrong, or a quota's change
followed one that the hub had refused."""
PUT_BACK = frozenset({VerdictKind.PLUGIN, VerdictKind.LATER, VerdictKind.HELD})
"""Verdicts after which a transaction waits here, and goes out again by itself."""


def take_verdicts(replica: Replica, part: Slice, plain: Sequence[int], outcome: Outcome) -> bool:
    """Apply an outcome inside the caller's transaction; true when something is to go out anew.

    `plain` are the stamps that the hub took plainly, in order; `part` is what this laptop still
    holds unsent of all that the outcome speaks of.
    """
    if len(plain) != outcome.plain:
        raise PageRefused(detail="the hub's verdicts do not fit what was sent")
    first, ours = outcome.first_seq, set(part.stamps)
    _agree(
        replica, part, {stamp: first + place for place, stamp in enumerate(plain) if stamp in ours}
    )
    if plain:
        with LaptopState.changing() as state:
            state.own_seqs = with_range(state.own_ranges, outcome.plain_seqs)
            state.observed = max(state.observed, plain[-1])
    others = [verdict for verdict in outcome.others if verdict.stamp in ours]
    _take_others(replica, others)
    return any(verdict.verdict in ANEW for verdict in others)


def with_range(ranges: Sequence[SeqRange], last: SeqRange) -> list[SeqRange]:
    """Ranges of seqs with one more at their end, grown together where they meet."""
    if ranges and ranges[-1][1] == last[0]:
        return [*ranges[:-1], (ranges[-1][0], last[1])]
    return [*ranges, last]


def plain_stamps(part: Slice, outcome: Outcome) -> list[int]:
    """The stamps of a request that its answer does not tell one by one."""
    told = {verdict.stamp for verdict in outcome.others}
    return sorted(set(part.stamps) - told)


def count_merged(outcome: Outcome) -> int:
    """How many transactions the hub took in with others' changes."""
    return sum(verdict.verdict is VerdictKind.MERGED for verdict in outcome.others)


def _agree(replica: Replica, part: Slice, seq_of: dict[int, int]) -> None:
    """Make agreed what the hub took plainly: its rows are now what this laptop computes too."""
    taken = [place for place, stamp in enumerate(part.stamps) if stamp in seq_of]
    outbox.remove(replica.database, [part.positions[place] for place in taken])
    by_collection: dict[str, list[int]] = {}
    for place in taken:
        by_collection.setdefault(part.collections[place], []).append(place)
    sums = Sums()
    for name, places in by_collection.items():
        collection = replica.collections[name]
        times = Counter(map(part.records.__getitem__, places))
        by_steps = outbox.records_in_work(replica.database, name, list(times))
        by_steps |= {id for id, many in times.items() if many > 1}
        at_once, steps = [], dict[str, list[Change]]()
        for place in places:
            id = part.records[place]
            if part.wholes[place] and id not in by_steps:
                at_once.append(place)
            else:
                steps.setdefault(id, []).append(part.change(place))
        _agree_at_once(collection, part, at_once, seq_of, sums)
        _agree_by_steps(replica, collection, steps, seq_of, sums)
    sums.write()


def _agree_at_once(
    collection: Collection,
    part: Slice,
    places: Sequence[int],
    seq_of: dict[int, int],
    sums: Sums,
) -> None:
    """New records with no later work on them: their rows stand in the table as the hub took them.

    All but the seq, which may stay 0: whatever the hub tells of a record that this laptop made is
    as new as its making, or newer.
    """
    if not places:
        return
    last_seq = seq_of[max(part.stamps[place] for place in places)]
    found = collection.hash_sums_of([part.records[place] for place in places])
    for scope, (count, total) in found.items():
        sums.add_total(collection.name, scope, count, total, last_seq)


def _agree_by_steps(
    replica: Replica,
    collection: Collection,
    steps: dict[str, list[Change]],
    seq_of: dict[int, int],
    sums: Sums,
) -> None:
    """Merge accepted changes into the agreed copies, as the hub merged them into its rows."""
    copies, laptop = base_rows(collection.name, list(steps)), LaptopId.read().laptop
    rows = []
    for id, changes in steps.items():
        row = copies.get(id)
        if row is not None:
            sums.take(collection.name, row)
            row = row.copy()
        for change in changes:
            if row is None:
                row = new_row(change, laptop)
            else:
                merge_change(row, change, collection.rule_of)
            row.seq = seq_of[change.stamp]
        if row is not None:
            rows.append(collection.emptied(row) if row.deleted else row)
    let_deleted_go(collection.name, [row.id for row in rows if row.deleted])
    put_bases(collection, rows)
    for row in rows:
        sums.add(collection.name, row)


def _take_others(replica: Replica, verdicts: Sequence[Verdict]) -> None:
    merged = {v.stamp: v.seq for v in verdicts if v.verdict is VerdictKind.MERGED}
    were_taken_in(replica, merged)
    for verdict in verdicts if len(merged) < len(verdicts) else ():
        # What is kept was asked about before this laptop knew that it is no longer of the team.
        own = (Entry.stamp == verdict.stamp) & (Entry.state != EntryState.KEPT)
        if verdict.verdict in (VerdictKind.REFUSED, VerdictKind.BUMPED):
            reason = orjson.dumps(verdict.reasons).decode()
            taken = orjson.dumps(verdict.taken).decode() if verdict.taken else None
            Entry.update(state=EntryState.REFUSED, reason=reason, taken=taken).where(own).execute()
            _show_without_refused_spends(replica, verdict.stamp)
        elif verdict.verdict is VerdictKind.HELD:
            Entry.update(state=EntryState.HELD, reason=None).where(own).execute()
        elif verdict.verdict in PUT_BACK:
            put_off = PUT_OFF if verdict.verdict is VerdictKind.LATER else None
            Entry.update(state=EntryState.DEFERRED, reason=put_off).where(own).execute()


def were_taken_in(replica: Replica, seq_of: Mapping[int, int]) -> None:
    """Let transactions wait for the rows that the hub made of them, unless these are here already."""
    if not seq_of:
        return
    database = replica.database
    write_all(
        database,
        "UPDATE hongxian_outbox SET state = ?, seq = ? WHERE stamp = ?",
        ((EntryState.SENT, seq, stamp) for stamp, seq in seq_of.items()),
    )
    waiting: dict[str, list[tuple[str, int, int]]] = {}
    condition, parameters = database.among("stamp", list(seq_of))
    sql = f"SELECT collection, record, position, seq FROM hongxian_outbox WHERE {condition}"
    for name, *entry in database.execute_sql(sql, parameters).fetchall():
        waiting.setdefault(name, []).append(tuple(entry))
    for name, entries in waiting.items():
        seqs = base_seqs(name, [id for id, _, _ in entries])
        here = [(id, position) for id, position, seq in entries if seqs.get(id, -1) >= seq]
        outbox.remove(database, [position for _, position in here])
        if here:
            rebase_records(replica.collections[name], list(dict.fromkeys(id for id, _ in here)))


def _show_without_refused_spends(replica: Replica, stamp: int) -> None:
    for entry in list(Entry.select().where(Entry.stamp == stamp)):
        collection = replica.collections.get(entry.collection)
        if collection is not None and collection.quotas:
            rebase_records(collection, [entry.record])


def let_land(replica: Replica, told: Iterable[str]) -> None:
    """Let go what was taken in and whose rows have not come, of collections that are told in full.

    Such a record was deleted, or moved out of this laptop's sight, before it was ever seen here.
    """
    if not outbox.count(EntryState.SENT):
        return
    landed: dict[str, set[str]] = {}
    in_full = Entry.collection.in_(sorted(replica.collections.keys() & set(told)))
    for entry in list(Entry.select().where((Entry.state == EntryState.SENT) & in_full)):
        landed.setdefault(entry.collection, set()).add(entry.record)
        entry.delete_instance()
    for name, ids in landed.items():
        rebase_records(replica.collections[name], sorted(ids))
