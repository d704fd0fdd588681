"""What a list's address asks for, and what it may be narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hongxian.collections.collection import Collection
from hongxian.model.circle import CIRCLE
from hongxian.model.record import COMMUNITY, KEEPER, SHORT
from hongxian.model.row import SCOPE, Row
from hongxian.words.values import Value
from hongxian_client.desk.formatting import team_title, titles_of
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment
from hongxian_client.text.query import count_rows, select_rows
from hongxian_web import words
from hongxian_web.navigation import with_query

NEWEST_FIRST = "-id"
Choices = dict[str, list[tuple[str, str]]]
"""Each filter's values with what they are called."""


@dataclass
class Asked:
    """What a list's address asks for; `where` are the filters that are set."""

    search: str = ""
    sort: str = NEWEST_FIRST
    page: int = 1
    where: dict[str, str] = field(default_factory=dict)
    usual: str = NEWEST_FIRST
    """The order when none is asked for."""

    @classmethod
    def of(
        cls, arguments: Mapping[str, str], filters: Iterable[str], collection: Collection
    ) -> Asked:
        """Read from an address; what it does not say is as usual."""
        page, usual = arguments.get("page", "1"), collection.order or NEWEST_FIRST
        return cls(
            arguments.get("q", "").strip(),
            arguments.get("sort", "") or usual,
            min(max(int(page), 1), 10**6) if page.isascii() and page.isdigit() else 1,
            {name: arguments[name] for name in filters if arguments.get(name)},
            usual,
        )

    def rows(
        self, replica: Replica, collection: Collection, limit: int, offset: int = 0
    ) -> list[Row]:
        """The records that answer it, in its order."""
        return select_rows(
            replica,
            collection,
            self._assignments(),
            sort=self.sort,
            limit=limit,
            offset=offset,
            search=self.search,
        )

    def count(
        self, replica: Replica, collection: Collection, by: str = ""
    ) -> dict[Value, int] | None:
        """How many answer it, in all or by the values of a field; None where that is not soon told."""
        return count_rows(replica, collection, self._assignments(), search=self.search, by=by)

    def _assignments(self) -> list[Assignment]:
        return [Assignment(name, "", value) for name, value in self.where.items()]

    def url(self, base: str, **changes: str | int) -> str:
        """The address of the same list but for some changes; another order begins at its top."""
        told = {**self.where, "q": self.search, "sort": self.sort, **changes}
        usual = {"sort": self.usual, "page": 1}
        told = {name: value for name, value in told.items() if value and value != usual.get(name)}
        return with_query(base, told)


def filters_of(replica: Replica, collection: Collection, arguments: Mapping[str, str]) -> Choices:
    """What a list may be narrowed by: each name's values with what they are called.

    By what its records refer to, such as a person, where the address names one.
    """
    found = {
        name: [(typed, words.shown(title)) for typed, title in column.options]
        for name, column in collection.shown.items()
        if column.options
    }
    for name, column in collection.shown.items():
        if column.reference and (id := arguments.get(name)):
            found[name] = [
                (id, titles_of(replica, column.reference, [id]).get(id, f"…{id[-SHORT:]}"))
            ]
    if collection.scope_kind not in (COMMUNITY, CIRCLE, KEEPER):
        teams = replica.teams()
        scopes = [*teams, *([COMMUNITY] if collection.scope_kind == "any" else [])]
        if len(scopes) > 1:
            found[SCOPE] = [(scope, team_title(scope, teams)) for scope in scopes]
    return found
