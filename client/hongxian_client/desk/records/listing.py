"""One page of a collection's list: what is asked for in its address, and the rows that answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hongxian.collections.collection import Collection
from hongxian.collections.rights import may_delete, may_write
from hongxian.kit.settings import Settings
from hongxian.model.circle import CIRCLE
from hongxian.model.record import COMMUNITY, KEEPER
from hongxian.model.row import SCOPE, Row
from hongxian_client.desk.formatting import PageShower, label_of, marks_of, team_title, tone_of
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.search_index import BY_HAND, unread
from hongxian_client.text.assignments import Assignment
from hongxian_client.text.query import select_rows
from hongxian_web import words
from hongxian_web.navigation import with_query

ON_A_PAGE = 50
COLUMNS_SHOWN = 7
NEWEST_FIRST = "-id"


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
        where = [Assignment(name, "", value) for name, value in self.where.items()]
        return select_rows(
            replica,
            collection,
            where,
            sort=self.sort,
            limit=limit,
            offset=offset,
            search=self.search,
        )

    def url(self, base: str, **changes: str | int) -> str:
        """The address of the same list but for some changes; another order begins at its top."""
        told = {**self.where, "q": self.search, "sort": self.sort, **changes}
        usual = {"sort": self.usual, "page": 1}
        told = {name: value for name, value in told.items() if value and value != usual.get(name)}
        return with_query(base, told)


@dataclass(frozen=True)
class Header:
    """One column's head; `url` sorts by it, "" where that cannot be; `order` is what holds now."""

    name: str
    title: str
    url: str = ""
    order: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    row: Row
    cells: list[str]
    tones: list[str]
    """Of each cell that tells a state its tone; "" of the others."""
    marks: list[str]
    deletable: bool


class Listing:
    """One page of a list, for its template."""

    def __init__(
        self, replica: Replica, collection: Collection, arguments: Mapping[str, str], base: str
    ) -> None:
        self._replica, self.collection, self.base = replica, collection, base
        self.filters = filters_of(replica, collection)
        self.asked = asked = Asked.of(arguments, self.filters, collection)
        first = (asked.page - 1) * ON_A_PAGE
        rows = asked.rows(replica, collection, ON_A_PAGE + 1, first)
        self.rows = rows[:ON_A_PAGE]
        self.first, self.last = first + 1, first + len(self.rows)
        self.previous = asked.url(base, page=asked.page - 1) if asked.page > 1 else ""
        self.next = asked.url(base, page=asked.page + 1) if len(rows) > ON_A_PAGE else ""
        self.names = self._names()
        self.unread = unread(collection) if asked.search else 0
        """How many records the search looked through by hand, of more than `BY_HAND` not all."""
        self.is_partial = self.unread > BY_HAND

    @property
    def is_filtered(self) -> bool:
        """Whether it shows less than all."""
        return bool(self.asked.search or self.asked.where)

    @property
    def may_add(self) -> bool:
        """Whether to offer a new record."""
        return may_write(self.collection, None, "", self._replica.writer())

    @property
    def is_settings(self) -> bool:
        """Whether a new record is another version of the settings."""
        return issubclass(self.collection.model, Settings)

    def title_of_filter(self, name: str) -> str:
        """What a filter is called."""
        return label_of(self.collection, name)

    def _names(self) -> list[str]:
        """The name first, then the others in their order, as many as a screen has room for."""
        naming = self.collection.naming
        names = [
            *([naming] if naming else []),
            *(n for n in self.collection.shown if n != naming),
            *self.collection.computed,
        ]
        team = [SCOPE] if SCOPE in self.filters else []
        return [*names[: COLUMNS_SHOWN - len(team)], *team]

    def headers(self) -> list[Header]:
        """The heads of the columns."""
        return [self._header(name) for name in self.names]

    def _header(self, name: str) -> Header:
        title = label_of(self.collection, name)
        column, sort = self.collection.columns.get(name), self.asked.sort
        if name in self.collection.computed or (column is not None and not column.is_sortable):
            return Header(name, title)
        order = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        wanted = f"-{name}" if order == "ascending" else name
        return Header(name, title, self.asked.url(self.base, sort=wanted), order)

    def lines(self) -> list[Line]:
        """The rows as they are shown."""
        shower = PageShower(self._replica, self.collection, self.rows)
        marks = marks_of(self.collection, self.rows)
        writer = self._replica.writer()
        seen = self.rows if self.collection.writers in ("scope", "hub") else self._seen()
        return [
            Line(
                row,
                [shower.field(row, name) for name in self.names],
                [tone_of(self.collection, row, name) for name in self.names],
                marks.get(row.id, []),
                may_delete(self.collection, each, writer),
            )
            for row, each in zip(self.rows, seen, strict=True)
        ]

    def _seen(self) -> list[Row]:
        """The rows under the stamps that wrote them, which tell whose they are."""
        views = self._replica.view(self.collection, [row.id for row in self.rows])
        return [views[row.id].local for row in self.rows]


def filters_of(replica: Replica, collection: Collection) -> dict[str, list[tuple[str, str]]]:
    """What a list may be narrowed by: each name's values with what they are called."""
    found = {
        name: [(typed, words.shown(title)) for typed, title in column.options]
        for name, column in collection.shown.items()
        if column.options
    }
    if collection.scope_kind not in (COMMUNITY, CIRCLE, KEEPER):
        teams = replica.teams()
        scopes = [*teams, *([COMMUNITY] if collection.scope_kind == "any" else [])]
        if len(scopes) > 1:
            found[SCOPE] = [(scope, team_title(scope, teams)) for scope in scopes]
    return found
