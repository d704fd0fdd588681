"""Recovery: a hub that was restored takes records that a laptop still has, under their own stamps.

What their laptop may not write itself, nobody can vouch for: it is held until a laptop that may
offers it, or the keeper takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from secrets import token_hex

import orjson

from hongxian.collections.builtin import Erasure, said_of_erasure
from hongxian.collections.collection import Collection
from hongxian.collections.rights import Writer, refuse_unless_allowed
from hongxian.errors import NotAllowed, PageRefused
from hongxian.kinds.reference import are_ids
from hongxian.kinds.registry import ENGINES
from hongxian.merges.quota import is_overdrawn
from hongxian.model.record import LONGEST_LAPTOP, SYSTEM_FIELDS
from hongxian.model.row import (
    DELETED,
    MAKER,
    SCOPE,
    WRITTEN_BY,
    Change,
    Loss,
    Row,
    join_rows,
    rows_of_columns,
)
from hongxian.model.stamp import Clock, milliseconds_of
from hongxian.model.transaction_id import PREFIX_BYTES
from hongxian.wire.digest import Sums
from hongxian.wire.history import Origin
from hongxian.wire.page import Page, PageKind
from hongxian.words.incarnation import HUB, is_hubs
from hongxian.words.logs import logger
from hongxian.words.values import JsonObject, Value
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.intake.ceiling import is_too_much
from hongxian_server.intake.conflicts import keep_losses
from hongxian_server.intake.damage import note_if_damaged, put_right
from hongxian_server.intake.dangling import see_to_offered
from hongxian_server.intake.erased import erased_among, without_erased_in
from hongxian_server.intake.validate import latest_time
from hongxian_server.tables import journal
from hongxian_server.tables.access import laptops_by_incarnation
from hongxian_server.tables.deletions import DeletionState, note_deletions
from hongxian_server.tables.held_offers import deleted_by_others, hold
from hongxian_server.tables.scope_exits import note_move

log = logger(__name__)
NO_NEWS = object()
"""In the place of a value that is not to be taken."""
_NOT_CHECKED = frozenset(SYSTEM_FIELDS) - ENGINES.keys()
"""What of an offered row is not for its collection's schema; its laptop may not call them its own."""


def _json_object(text: str | None) -> JsonObject | None:
    """What a text holds, nothing for no text; None when it is no JSON object."""
    if text is None:
        return {}
    try:
        held = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return held if isinstance(held, dict) else None


def _are_stamps(held: JsonObject | None) -> bool:
    """Whether these are the fields that each of some stamps wrote."""
    return held is not None and all(
        stamp.isascii()
        and stamp.isdigit()
        and int(stamp) < 1 << 63
        and isinstance(names, list)
        and all(isinstance(name, str) for name in names)
        for stamp, names in held.items()
    )


class Offers:
    """Records that a laptop still has and the hub may have lost."""

    def __init__(self, hub: Hub, writer: Writer, collection: Collection, clock: Clock) -> None:
        self.hub = hub
        self.writer = writer
        self.laptops = laptops_by_incarnation()
        self.collection = collection
        self.clock = clock
        self.latest = latest_time(hub)

    def take(self, page: Page) -> int:
        """Join offered rows into the hub's; returns how many changed something."""
        return self.join(self.rows_of(page))

    def rows_of(self, page: Page) -> list[Row]:
        """The offered rows that may be taken at all; raises `PageRefused` for what is no offer."""
        if (
            page.kind != PageKind.ROWS
            or not {"id", "stamp", "seq"} <= set(page.names)
            or page.collection != self.collection.name
        ):
            raise PageRefused(detail="an offer is a page of whole records")
        return [row for row in self._readable(page) if self._is_due(row)]

    def join(self, rows: Iterable[Row]) -> int:
        """Join rows into the hub's; hold what is not their laptop's alone, or of no known time.

        What the hub's disk has changed is joined with nothing; an offer that is what stood there puts it right.
        """
        offered = {row.id: row for row in rows}
        for id in erased_among(self.hub, self.collection.name, offered.keys()):
            del offered[id]
        without_erased_in(self.hub, self.collection, offered)
        held = self.collection.rows_by_id(offered)
        damaged = note_if_damaged(self.hub, self.collection, held.values())
        put_right(self.collection, [offered.pop(id) for id in damaged])
        changed: list[tuple[Row | None, Row, list[Loss]]] = []
        waits = self._deletions_that_wait(held, offered)
        beyond = [offered[id] for id in waits]
        for row in offered.values():
            if row.id in waits:
                continue
            before = held.get(row.id)
            allowed = self._allowed(before, row)
            if allowed != row:
                beyond.append(row)
            if allowed is None:
                continue
            if before is None:
                changed.append((None, allowed, []))
            else:
                joined, losses = self._join(before, allowed)
                if joined is not None:
                    changed.append((before, joined, losses))
        if changed:
            self.store(changed)
        if beyond:
            hold(self.collection.name, beyond, self.writer.laptop, self.hub.now())
        return len(changed)

    def _deletions_that_wait(self, held: Mapping[str, Row], offered: Mapping[str, Row]) -> set[str]:
        """The records that an offer deletes, where they are more than its laptop may delete by itself.

        What another laptop tells too needs no keeper's word.
        """
        deletes = {id for id, row in offered.items() if row.deleted and id in held}
        deletes = {id for id in deletes if not held[id].deleted}
        if self.writer.is_hub or not deletes:
            return set()
        deletes -= deleted_by_others(self.collection.name, deletes, self.writer.laptop)
        if not deletes:
            return set()
        if is_too_much(self.hub, self.writer, self.collection.name, len(deletes)):
            return deletes
        id = (token_hex(PREFIX_BYTES), 1)
        told = (id, self.collection.name, sorted(deletes), DeletionState.TAKEN)
        note_deletions([told], self.writer.laptop, self.hub.now())
        return set()

    # -- what the laptop may write itself ------------------------------------------------------

    def _allowed(self, before: Row | None, offered: Row) -> Row | None:
        """The offered row without what its laptop may not write; None for nothing of it."""
        if self.writer.is_hub or self._is_erasure(offered):
            return offered
        if milliseconds_of(offered.newest) > self.latest:  # no head proves that it was confirmed
            return None
        if before is None:
            whole = Change(offered.id, offered.newest, offered.values, whole=True)
            names = list(offered.values) if self._may(None, whole) else []
        else:
            names = [
                name
                for name, value in offered.values.items()
                if self._is_known(before, offered, name)
                or self._may(before, Change(offered.id, offered.newest, {name: value}))
            ]
        if offered.deleted and DELETED not in names:  # then what it lacks empties nothing either
            names = [n for n in names if self.collection.rule_of(n).outlives_deletion]
        parts = {name: self._own_parts(before, name, offered.values[name]) for name in names}
        values = {name: part for name, part in parts.items() if part is not NO_NEWS}
        return replace(offered, values=values) if values else None

    def _is_erasure(self, offered: Row) -> bool:
        """Whether the hub itself once signed what is offered: an erasure, which holds for good."""
        if self.collection.name != Erasure._meta.collection or offered.deleted:
            return False
        told = (offered.values[name] for name in ("collection", "record", "at", "by"))
        said = said_of_erasure(*told)
        return self.hub.identity.has_signed(said, offered.values["signature"])

    def _may(self, before: Row | None, change: Change) -> bool:
        try:
            refuse_unless_allowed(self.collection, before, change, self.writer)
        except NotAllowed:
            return False
        return True

    @staticmethod
    def _is_known(before: Row, offered: Row, name: str) -> bool:
        """Whether the hub has this very value, so that it is no news; a tombstone holds none of most."""
        is_emptied = offered.deleted and name not in (SCOPE, DELETED)
        return before.stamp_of(name) == offered.stamp_of(name) and (
            is_emptied or before.values.get(name) == offered.values[name]
        )

    def _own_parts(self, before: Row | None, name: str, offered: Value) -> Value:
        """What was offered of a state, without news of other laptops that can tell it themselves.

        `NO_NEWS` where nothing of it is left that is.
        """
        held = before.values.get(name) if before else None
        rule = self.collection.rule_of(name).of(held, offered)
        if not rule.keeps_both or not offered:
            return offered
        known, joined = rule.join(held, 0, {}, 0)[0], rule.join(held, 0, offered, 0)[0]
        if joined == known:
            return offered
        part = rule.written_by(offered, self._is_own)
        if name in self.collection.quotas and is_overdrawn(joined, held or {}, HUB):
            part = rule.written_by(part, lambda owner: not is_hubs(owner))
        return part if part == offered or rule.join(held, 0, part, 0)[0] != known else NO_NEWS

    def _is_own(self, incarnation: int) -> bool:
        """Whether it is of no other laptop, as far as the hub knows."""
        return self.laptops.get(incarnation, self.writer.laptop) == self.writer.laptop

    def _readable(self, page: Page) -> list[Row]:
        """The rows whose values pass the schema; others could never have been accepted.

        Of a tombstone only what it counts is read.
        """
        if not are_ids(page.column("id")) or set(map(type, page.column("stamp"))) - {int}:
            raise PageRefused(detail="offered records need ids and stamps")
        if DELETED not in page.names:
            return self._checked(page, whole=True)
        gone = [each is True for each in page.column(DELETED)]
        dead = page.keep(gone)
        counts = [n for n in page.names if self.collection.rule_of(n).outlives_deletion]
        names = [name for name in page.names if name in {*_NOT_CHECKED, *counts}]
        dead = replace(dead, names=names, columns=[dead.column(name) for name in names])
        return [
            *self._checked(page.keep([not each for each in gone]), whole=True),
            *map(self.collection.emptied, self._checked(dead, whole=False)),
        ]

    def _checked(self, page: Page, *, whole: bool) -> list[Row]:
        names = [name for name in page.names if name not in _NOT_CHECKED]
        columns, bad = self.collection.checker.check(
            names, [page.column(name) for name in names], whole=whole
        )
        page.columns = [
            columns[names.index(name)] if name in names else column
            for name, column in zip(page.names, page.columns, strict=True)
        ]
        scopes = [page.scope] * page.rows
        full = Page(page.collection, PageKind.ROWS, [*page.names, SCOPE], [*page.columns, scopes])
        for name, empty in (("stamps", None), ("extra", None), (DELETED, False), (MAKER, "")):
            if name not in full.names:
                full.names.append(name)
                full.columns.append([empty] * page.rows)
        parts = [full.column(name) for name in ("stamps", "extra", DELETED, MAKER)]
        sound = [
            place not in bad and self._are_parts(*each)
            for place, each in enumerate(zip(*parts, strict=True))
        ]
        return rows_of_columns(full.names, full.keep(sound).columns)

    def _are_parts(self, stamps: Value, extra: Value, deleted: Value, maker: Value) -> bool:
        """Whether what the engine keeps of a row is what it should be."""
        held = _json_object(extra)
        return (
            type(deleted) is bool
            and type(maker) is str
            and len(maker) <= LONGEST_LAPTOP
            and _are_stamps(_json_object(stamps))
            and held is not None
            and held.keys().isdisjoint(_NOT_CHECKED)
            and not self.collection.checker.check_one(held, whole=False)[1]
        )

    def _is_due(self, row: Row) -> bool:
        return self.writer.holds(row.scope) and row.stamp > 0 and row.newest < 1 << 63

    def _join(self, before: Row, offered: Row) -> tuple[Row | None, list[Loss]]:
        """The joined row (None: nothing new) and what was written here, unseen by the offerer's past.

        A value written in this life of the hub was written without sight of what the hub had
        lost; between two offered values the later one had seen the earlier, or a conflict of
        the former life, itself offered, tells of it.
        """
        joined = before.copy()
        rule_of = self.collection.rule_of
        changed = join_rows(joined, offered, rule_of)
        here = self._written_here(before)
        # What is sent anew is not written anew, nor what the deletion had seen.
        seen = {before.stamp, offered.stamp, *offered.stamps.values()}
        if joined.deleted and not before.deleted and here - seen:
            counts = {n: v for n, v in offered.values.items() if rule_of(n).of(v, v).keeps_both}
            joined = before.copy()
            join_rows(joined, replace(offered, values=counts), rule_of)
            self.clock.observe(offered.newest)
            joined.put(DELETED, False, self.clock.tick())
            return joined, [Loss(DELETED, False, joined.newest, True, offered.stamp_of(DELETED))]
        if joined.deleted and before.stamp_of(DELETED) in here and self._has_news(before, offered):
            self.clock.observe(max(before.newest, offered.newest))
            living, joined = offered.copy(), before.copy()
            living.put(DELETED, False, self.clock.tick())
            join_rows(joined, living, rule_of)
            return joined, [Loss(DELETED, False, living.newest, True, before.stamp_of(DELETED))]
        if joined.deleted:
            joined = self.collection.emptied(joined)
            return (joined if joined != before else None), []
        losses = list(self._losses(before, offered, joined, here)) if not before.deleted else []
        return (joined, losses) if changed or losses else (None, [])

    def _has_news(self, before: Row, offered: Row) -> bool:
        """Whether a deletion written here had not seen something that the hub had lost."""
        return not offered.deleted and any(
            offered.stamp_of(name) > before.stamp_of(name)
            and not self.collection.rule_of(name).of(value, value).keeps_both
            and not self._was_known(before, name, offered.stamp_of(name))
            for name, value in offered.values.items()
            if name not in (DELETED, WRITTEN_BY)
        )

    def _losses(self, before: Row, offered: Row, joined: Row, here: set[int]) -> Iterator[Loss]:
        for name, value in offered.values.items():
            mine, my_stamp = before.values.get(name), before.stamp_of(name)
            their_stamp = offered.stamp_of(name)
            if (
                self.collection.rule_of(name).of(mine, value).keeps_both
                or value == mine
                or my_stamp not in here
                or name in (DELETED, WRITTEN_BY)
            ):
                continue
            if joined.values.get(name) == mine:
                if not self._was_known(before, name, their_stamp):
                    yield Loss(name, mine, my_stamp, value, their_stamp)
            else:
                yield Loss(name, value, their_stamp, mine, my_stamp)

    def _written_here(self, row: Row) -> set[int]:
        """The stamps that pushes wrote to a record since this life of the hub began."""
        began = HubState.read().epoch_seq
        if row.seq <= began:
            return set()
        entries = journal.history(self.collection.name, row.id, row.seq)
        return {
            entry.stamp for entry in entries if entry.seq > began and entry.kind == Origin.PUSHED
        }

    def _was_known(self, row: Row, name: str, stamp: int) -> bool:
        """Whether the hub has had this very value before, so that its loss is no news."""
        entries = journal.history(self.collection.name, row.id, row.seq)
        return any(entry.stamp == stamp and name in entry.after for entry in entries)

    def store(self, changed: list[tuple[Row | None, Row, list[Loss]]]) -> None:
        """Put rows in under a new seq: each as it was, as it is, and what was lost of it."""
        sums, name = Sums(), self.collection.name
        seq = self.hub.next_seq(1)
        edits, losses = [], []
        for before, row, lost in changed:
            row.seq = seq
            if before is not None:
                sums.take(name, before)
                if before.scope != row.scope:
                    note_move(name, row.id, before.scope, row.scope, seq)
                    sums.touch(before.scope, name, seq)
            told = {n: v for n, v in row.values.items() if not row.deleted or v is not None}
            change = Change(row.id, row.newest, told)
            left = before.values if before and row.deleted and not before.deleted else None
            edits.append(journal.edit_entry(name, change, seq, before, left))
            losses += [(self.collection, change, loss) for loss in lost]
            self.clock.observe(row.newest)
        rows = [row for _, row, _ in changed]
        self.collection.put_rows(rows)
        for row in rows:
            sums.add(name, row)
        stamps = [row.newest for row in rows]
        journal.append(
            seqs=(seq, seq),
            stamps=(min(stamps), max(stamps)),
            incarnation=self.writer.incarnation,
            kind=Origin.OFFERED,
            at=self.hub.now(),
            new=[],
            edits=edits,
        )
        sums.write()
        see_to_offered(self.hub, name, rows)
        keep_losses(self.hub, losses, {(name, row.id): row for _, row, _ in changed})
