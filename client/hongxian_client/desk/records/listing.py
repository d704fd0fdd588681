"""One page of a collection's list: the rows that answer its address, and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_today
from hongxian.collections.rights import may_delete, may_write
from hongxian.kit.settings import Settings
from hongxian.model.row import SCOPE, Row
from hongxian_client.desk.formatting import PageShower, label_of, marks_of, tone_of
from hongxian_client.desk.records.asked import Asked, filters_of
from hongxian_client.desk.records.chips import chips_of
from hongxian_client.replica.replica import Replica
from hongxian_client.search.index import BY_HAND, unread

ON_A_PAGE = 50
COLUMNS_SHOWN = 7


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
        self.filters = filters_of(replica, collection, arguments)
        self.asked = asked = Asked.of(arguments, self.filters, collection)
        first = (asked.page - 1) * ON_A_PAGE
        rows = asked.rows(replica, collection, ON_A_PAGE + 1, first)
        self.rows = rows[:ON_A_PAGE]
        self.first, self.last = first + 1, first + len(self.rows)
        self.previous = asked.url(base, page=asked.page - 1) if asked.page > 1 else ""
        self.next = asked.url(base, page=asked.page + 1) if len(rows) > ON_A_PAGE else ""
        self._shower = PageShower(replica, collection, self.rows)
        self._year = f"{local_today(replica).year}-"
        self.names = self._names()
        counted = asked.count(replica, collection)
        self.total = None if counted is None else sum(counted.values())
        """How many answer, on all pages; None where that is not soon told."""
        self.chips = chips_of(replica, collection, asked, self.filters, base, self.total)
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
        """The name first, states last, between them what tells something here, as much as a screen holds."""
        naming = self.collection.naming
        states = [each.name for each in self.collection.states][:1]
        team = [SCOPE] if SCOPE in self.filters and SCOPE not in self.asked.where else []
        columns = {**self.collection.shown, **self.collection.computed}
        void = self.collection.lasting and self.collection.lasting.voided
        others = [name for name in columns if name not in (naming, *states, void)]
        others.sort(key=lambda name: columns[name].widget in ("long", "file"))
        told = [name for name in others if name in self.asked.sort or self._tells(name)]
        room = COLUMNS_SHOWN - len(team) - len(states) - bool(naming)
        return [*([naming] if naming else []), *told[:room], *team, *states] or others[:1]

    def _tells(self, name: str) -> bool:
        return not self.rows or any(self._cell(row, name) for row in self.rows)

    def kind_of(self, name: str) -> str:
        """How a column stands: "num" on the right, "day" and "tick" in short, "state" as a tag, else ""."""
        column = self.collection.column(name)
        if name in [each.name for each in self.collection.states]:
            return "state"
        if column is None or column.reference is not None:
            return ""
        kinds = {"number": "num", "date": "day", "datetime-local": "day", "checkbox": "tick"}
        return kinds.get(column.widget, "")

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
        marks = marks_of(self.collection, self.rows)
        writer = self._replica.writer()
        seen = self.rows if self.collection.writers in ("scope", "hub") else self._seen()
        return [
            Line(
                row,
                [self._cell(row, name) for name in self.names],
                [tone_of(self.collection, row, name) for name in self.names],
                marks.get(row.id, []),
                may_delete(self.collection, each, writer),
            )
            for row, each in zip(self.rows, seen, strict=True)
        ]

    def _cell(self, row: Row, name: str) -> str:
        """In short: a day as `year_of` says; of what is not ticked nothing."""
        if self.kind_of(name) == "tick" and not row.values.get(name):
            return ""
        return self._shower.field(row, name).removeprefix(self.year_of(name))

    def year_of(self, name: str) -> str:
        """What its days are told without: this year, where all that are shown are of it; else nothing."""
        return self._year if name in self._of_this_year else ""

    @cached_property
    def _of_this_year(self) -> set[str]:
        columns = {**self.collection.shown, **self.collection.computed}
        return {
            name
            for name in columns
            if self.kind_of(name) == "day"
            and all(
                not day or day.startswith(self._year)
                for day in (self._shower.field(row, name) for row in self.rows)
            )
        }

    def _seen(self) -> list[Row]:
        """The rows under the stamps that wrote them, which tell whose they are."""
        views = self._replica.view(self.collection, [row.id for row in self.rows])
        return [views[row.id].local for row in self.rows]
