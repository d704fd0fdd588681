"""Reading the pages of one request: what of them may be taken in, and what is refused and why.

Records that are new to the hub stay columns; only records that exist already, or that the same
request also edits, become single changes.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import not_

import orjson

from hongxian.checks import Reasons
from hongxian.collections.collection import Collection
from hongxian.collections.rights import Writer, refuse_unless_allowed
from hongxian.errors import NotAllowed, PageRefused
from hongxian.kinds.reference import are_ids
from hongxian.kinds.registry import is_own_part
from hongxian.model.row import DELETED, MAKER, SCOPE, WRITTEN_BY, Change, Row
from hongxian.model.stamp import milliseconds_of
from hongxian.text import Text
from hongxian.wire.page import Page, PageKind
from hongxian.wire.verdicts import Verdict, VerdictKind, refused
from hongxian.words.values import Value
from hongxian_server.hub_state import HubState
from hongxian_server.intake.erased import (
    erased_among,
    fields_erased,
    without_erased_fields,
)
from hongxian_server.store import HubStore

AHEAD_MILLISECONDS = 5 * 60_000
"""How far ahead of the hub's clock a stamp may be."""
FOLLOWING_MILLISECONDS = 1_000
"""How far ahead of the hub's own latest stamp one may be: 64,000 writes that follow what it told."""

_NO_PLUGIN = Text(
    "主机上没有带来 {collection} 的插件。", "The hub has no plugin that brings {collection}."
)
_HUBS_OWN = frozenset({"seq", "stamps", "extra", "hash", MAKER})


@dataclass
class Fresh:
    """Records new to the hub, by columns."""

    collection: Collection
    names: list[str]
    columns: list[list[Value]]


def latest_time(hub: HubStore) -> int:
    """The time, in milliseconds since 1970, beyond which no stamp is taken.

    A hub whose clock was ahead for a while has confirmed stamps of that time, and who has seen
    them can write no earlier ones: so what follows them is right, whatever the clock says now.
    """
    confirmed = milliseconds_of(HubState.read().last_stamp)
    return max(hub.now() + AHEAD_MILLISECONDS, confirmed + FOLLOWING_MILLISECONDS)


class Reading:
    """One laptop's pages: `fresh` records, single `changes`, and the `bad` by their stamps."""

    def __init__(self, hub: HubStore, writer: Writer) -> None:
        self.hub = hub
        self.writer = writer
        self.latest = latest_time(hub)
        self.bad: dict[int, Verdict] = {}
        self.fresh: list[Fresh] = []
        self.changes: list[tuple[Collection, Change]] = []

    def read(self, pages: Iterable[Page]) -> None:
        """Check pages; what passes waits to be merged."""
        news, edited = [], set()
        for page in pages:
            if self._is_readable(page):
                page = self._with_ids(page)
                if page.kind == PageKind.NEW:
                    news.append(page)
                elif page.kind == PageKind.EDIT:
                    edited.update(page.column("id"))
                    self._read_edits(page)
        for page in news:
            self._read_new(page, edited)
        without_erased_fields(self.hub, self.changes)

    def _is_readable(self, page: Page) -> bool:
        """Give the verdicts that concern a page's stamps and ids; false when all of it is refused.

        Raises `PageRefused` for a page that no verdict could name.
        """
        if page.names[:2] != ["id", "stamp"] or set(map(type, page.columns[1])) - {int}:
            raise PageRefused(detail="a page of transactions begins with the columns id and stamp")
        if not _HUBS_OWN.isdisjoint(page.names):
            raise PageRefused(detail=f"{', '.join(sorted(_HUBS_OWN))} are not a laptop's to write")
        stamps = page.column("stamp")
        if not 0 < min(stamps, default=1) <= max(stamps, default=1) < 1 << 63:
            raise PageRefused(detail="a stamp is a number of 63 bits")
        ahead = milliseconds_of(max(stamps, default=0)) > self.latest
        for stamp in set(stamps) if ahead else ():
            if milliseconds_of(stamp) > self.latest:
                self.bad[stamp] = Verdict(stamp=stamp, verdict=VerdictKind.CLOCK)
        if page.collection not in self.hub.collections:
            for stamp in set(stamps) - self.bad.keys():
                reasons = {"": [_NO_PLUGIN.format(collection=page.collection)]}
                self.bad[stamp] = Verdict(stamp=stamp, verdict=VerdictKind.PLUGIN, reasons=reasons)
            return False
        return True

    def _with_ids(self, page: Page) -> Page:
        """The page without the records whose ids are none; those are refused."""
        if are_ids(page.column("id")):
            return page
        sound = [are_ids([id]) for id in page.column("id")]
        for stamp in compress(page.column("stamp"), map(not_, sound)):
            self.refuse(stamp, {"id": [Text("不是编号。", "Not an id.")]})
        return page.keep(sound)

    def refuse(self, stamp: int, reasons: Reasons) -> None:
        """Refuse a transaction; its first reasons stand."""
        self.bad.setdefault(stamp, refused(stamp, reasons))

    def _checked(
        self, page: Page, *, whole: bool
    ) -> tuple[Collection, list[str], list[list[Value]]]:
        """The page's value columns after the schema's verdict."""
        collection = self.hub.collections[page.collection]
        names = [name for name in page.names if name not in ("id", "stamp", SCOPE, DELETED)]
        columns = [page.column(name) for name in names]
        checked, bad = collection.checker.check(names, columns, whole=whole)
        stamps = page.column("stamp")
        for place, reasons in bad.items():
            self.refuse(stamps[place], reasons)
        for name, column in zip(names, columns, strict=True):
            known = collection.columns.get(name)
            if known is None:
                self._refuse_others_shares(name, is_own_part, stamps, column, bad)
            elif known.merge.keeps_both:
                self._refuse_others_shares(name, known.is_own_part, stamps, column, bad)
        return collection, names, checked

    def _refuse_others_shares(
        self,
        name: str,
        is_own: Callable[[Value, int], bool],
        stamps: Sequence[int],
        parts: Sequence[Value],
        bad: Container[int],
    ) -> None:
        """A laptop counts only its own share, and adds members only as its own.

        The rows at the places in `bad` are refused already, and may hold anything.
        """
        for place, (stamp, part) in enumerate(zip(stamps, parts, strict=True)):
            if place in bad or part is None:
                continue
            if not is_own(part, self.writer.incarnation):
                reason = Text("不是本机的份额。", "Not this laptop's own share.")
                self.refuse(stamp, {name: [reason]})

    def _read_new(self, page: Page, edited: set[str]) -> None:
        collection, names, columns = self._checked(page, whole=True)
        stamps, ids, scopes = page.column("stamp"), page.column("id"), self._scopes(page)
        self._ask_rights_of_new(collection, stamps, ids, scopes, names, columns)
        names, columns = ["id", "stamp", SCOPE, *names], [ids, stamps, scopes, *columns]
        records = set(ids)
        known = self.held(collection, ids) | erased_among(self.hub, collection.name, records)
        known |= fields_erased(self.hub, collection, records).keys()
        by_field = (known | edited) & records
        if len(records) != len(ids) or collection.name in self.hub.booked:
            by_field = records
        for row in zip(*columns, strict=True) if by_field else ():
            if row[0] in by_field:
                values = dict(zip(names[2:], row[2:], strict=True))
                self.changes.append((collection, Change(row[0], row[1], values, whole=True)))
        if by_field or self.bad:
            wanted = [
                id not in by_field and stamp not in self.bad
                for id, stamp in zip(ids, stamps, strict=True)
            ]
            columns = Page(collection.name, PageKind.NEW, names, columns).keep(wanted).columns
        if columns[0]:
            self.fresh.append(Fresh(collection, names, columns))

    def held(self, collection: Collection, ids: Sequence[str]) -> set[str]:
        """Those of the ids that the hub has records of."""
        database = self.hub.database
        if not database.any_between(collection.table, "id", ids):
            return set()
        condition, parameters = database.among("id", ids)
        sql = f'SELECT id FROM "{collection.table}" WHERE {condition}'
        return {id for (id,) in database.execute_sql(sql, parameters).fetchall()}

    def _scopes(self, page: Page) -> list[Value]:
        return page.column(SCOPE) if SCOPE in page.names else [""] * page.rows

    def _ask_rights_of_new(
        self,
        collection: Collection,
        stamps: Sequence[int],
        ids: Sequence[str],
        scopes: Sequence[Value],
        names: Sequence[str],
        columns: Sequence[list[Value]],
    ) -> None:
        """Rights of new records depend on scope alone, unless some fields are stricter."""
        asked = collection.field_writers.keys() | {each.name for each in collection.states}
        strict = [name for name in names if name in asked]

        def why_not(place: int) -> Text | None:
            values = {name: columns[names.index(name)][place] for name in strict}
            change = Change(ids[place], 0, {SCOPE: scopes[place], **values}, whole=True)
            return self.not_allowed(collection, None, change)

        of_scope = [scope if isinstance(scope, str) else None for scope in scopes]
        kinds: Sequence[int | str | None] = range(len(scopes)) if strict else of_scope
        reasons = {kind: why_not(kinds.index(kind)) for kind in set(kinds)}
        if any(reasons.values()):
            for stamp, kind in zip(stamps, kinds, strict=True):
                why = reasons[kind]
                if why:
                    self.refuse(stamp, {SCOPE: [why]})

    def not_allowed(self, collection: Collection, row: Row | None, change: Change) -> Text | None:
        """Why the laptop may not make this change; None if it may."""
        try:
            refuse_unless_allowed(collection, row, change, self.writer)
        except NotAllowed as error:
            return error.text
        return None

    def _read_edits(self, page: Page) -> None:
        collection, names, columns = self._checked(page, whole=False)
        for name in (SCOPE, DELETED):
            if name in page.names:
                names, columns = [*names, name], [*columns, page.column(name)]
        order = [page.names.index(name) - 2 for name in names]
        replaced = [
            page.replaced[place] if place < len(page.replaced) else [0] * page.rows
            for place in order
        ]
        for place, (id, stamp) in enumerate(
            zip(page.column("id"), page.column("stamp"), strict=True)
        ):
            values = {name: column[place] for name, column in zip(names, columns, strict=True)}
            seen = {name: column[place] for name, column in zip(names, replaced, strict=True)}
            if type(values.get(DELETED, False)) is not bool or set(map(type, seen.values())) - {
                int
            }:
                self.refuse(stamp, {DELETED: [Text("格式不对。", "Not valid.")]})
                continue
            self.changes.append((collection, Change(id, stamp, values, seen)))


def with_extra(
    collection: Collection, names: Sequence[str], columns: Sequence[list[Value]]
) -> tuple[list[str], list[list[Value]]]:
    """Fold the columns that this release does not know into one column of JSON texts."""
    unknown = [name for name in names if name not in collection.columns and name not in _ENGINE]
    if not unknown:
        return list(names), list(columns)
    given = dict(zip(names, columns, strict=True))
    rows = zip(*(given.pop(name) for name in unknown), strict=True)
    given["extra"] = [orjson.dumps(dict(zip(unknown, row, strict=True))).decode() for row in rows]
    return list(given), list(given.values())


_ENGINE = frozenset({"id", "stamp", SCOPE, "seq", MAKER, WRITTEN_BY})
