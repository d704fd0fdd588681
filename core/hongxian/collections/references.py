"""What refers to a record, and what its deletion means for that: asked on the laptop as at the hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hongxian.collections.collection import Collection
from hongxian.errors import StillUsed
from hongxian.kinds.on_delete import OnDelete
from hongxian.model.record import SHORT
from hongxian.model.row import Row
from hongxian.text import LISTED, Text, joined

_USED = Text("{title} {n} 条", "{title}: {n}")
_ELSEWHERE = Text("别的团队的记录", "records of other teams")


@dataclass(frozen=True)
class Link:
    """A field by which the records of one collection refer to those of another."""

    collection: Collection
    field: str
    on_delete: OnDelete

    def referrers(self, ids: Iterable[str]) -> Iterator[Referrer]:
        """The live records in the table that refer to any of these."""
        database, field = self.collection.database, self.collection.quoted(self.field)
        condition, parameters = database.among(field, sorted(ids))
        sql = (
            f'SELECT id, {field}, scope FROM "{self.collection.table}" '
            f"WHERE NOT deleted AND {condition}"
        )
        for id, to, scope in database.execute_sql(sql, parameters).fetchall():
            yield Referrer(self, id, to, scope)


@dataclass(frozen=True, slots=True)
class Referrer:
    """A live record that refers to another."""

    link: Link
    id: str
    to: str
    scope: str

    def goes_with(self, deleted: Row) -> bool:
        """Whether it is deleted with the record that it refers to; never what is of another scope."""
        return self.link.on_delete is OnDelete.WITH and self.scope == deleted.scope

    def forbids(self, deleted: Row) -> bool:
        """Whether the record that it refers to may not be deleted while it is there."""
        stays = self.link.on_delete in (OnDelete.REFUSE, OnDelete.WITH)
        return stays and not self.goes_with(deleted)


def links_among(collections: Iterable[Collection]) -> dict[str, list[Link]]:
    """The fields that refer to each collection, by its name."""
    found: dict[str, list[Link]] = {}
    for collection in collections:
        for name, column in collection.columns.items():
            if column.reference is not None:
                link = Link(collection, name, column.on_delete)
                found.setdefault(column.reference, []).append(link)
    return found


def referrers_of(links: Iterable[Link], ids: Some[str]) -> Iterator[Referrer]:
    """The live records in the tables that refer to any of these, but by fields that keep what is gone."""
    for link in links:
        if link.on_delete is not OnDelete.KEEP:
            yield from link.referrers(ids)


def still_used(
    collection: Collection, row: Row, by: Iterable[Referrer], seen: Some[str] | None = None
) -> StillUsed:
    """Why a record may not be deleted; what is in no `seen` scope is not told of (None: all is seen)."""
    return StillUsed(collection=collection.name, what=name_of(collection, row), used=used(by, seen))


def used(by: Iterable[Referrer], seen: Some[str] | None = None) -> Text:
    """By how many records of which collections something is used, of those that may be seen."""
    counts: Counter[Text] = Counter()
    hidden = False
    for each in by:
        if seen is None or each.scope in seen:
            counts[each.link.collection.title] += 1
        else:
            hidden = True
    told = [_USED.format(title=title, n=n) for title, n in counts.items()]
    return joined([*told, *([_ELSEWHERE] if hidden else [])], LISTED)


def name_of(collection: Collection, row: Row) -> Text:
    """A record for people: its collection, and its name where it has one."""
    name = collection.called(row.values) or f"…{row.id[-SHORT:]}"
    return Text("{title}“{name}”", "{name} ({title})").format(title=collection.title, name=name)
