"""Numbers on paper: a series whose numbers come from books, each held whole by one laptop.

A book is like a roll of paper tickets. A laptop asks for one by making it, the hub says where it
begins, and the laptop tears its numbers off offline. Without a book it goes on under a suffix of its
own. What two copies of one laptop both gave is found when the second comes to the hub: both papers
keep their number, and the later one gets a task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import count
from typing import Any, ClassVar  # Any: an author's fields, as peewee has them

import peewee

from hongxian.collections.builtin import Device, Task
from hongxian.collections.directory import Directory
from hongxian.collections.local_time import local_today
from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.errors import BadCollection, BadPlugin
from hongxian.kinds.text import TextColumn
from hongxian.kit.book import Book
from hongxian.model.circle import CIRCLE_BEGINS, team_of_circle
from hongxian.model.record import COMMUNITY, Record
from hongxian.model.row import DELETED, Change
from hongxian.quotas import spend, spendable
from hongxian.text import Text
from hongxian.words.incarnation import HUB, Incarnation
from hongxian.words.values import Values

PERIODS = {"": "", "year": "{:%Y}", "month": "{:%Y-%m}", "day": "{:%Y%m%d}"}
"""How the time is written for which a series counts anew."""
BOOK = 50
"""Numbers in a book, unless the series says otherwise."""
RUNS_LOW = 4
"""Another book is asked for once less than such a part of one is left."""
_FURTHEST = 10**15
"""Behind this number no book begins: who wrote such a `first` stops nobody's sync by it, only the run."""
_NO_FIELD = Text(
    "{field} 按 {names} 编号，而 {books} 没有这些字段",
    "{field} counts by {names}, of which {books} has no field",
)
_DOUBLE = Text(
    "{label}“{number}”已经给过另一张：两份纸各留原号。请在后给的这一张上注明，或作废后另取一号。",
    "{label} “{number}” was given to another one as well: both papers keep it. Note it on this one, "
    "the later, or void it and draw another.",
)


@dataclass
class SeriesColumn(TextColumn):
    """A number of a series, as it is written."""

    is_sortable: ClassVar[bool] = False


@dataclass(frozen=True)
class Run:
    """Within which no number comes twice: a scope, a period, and what else the series counts by."""

    scope: str
    period: str
    of: Mapping[str, Any]

    def books(self, books: type[Book]) -> peewee.ModelSelect:
        """Its books, in the order of their numbers."""
        query = books.select().where(books.scope == self.scope, books.period == self.period)
        return _where(query, books, self.of).order_by(books.first, books.id)


@dataclass(frozen=True)
class Unused:
    """Numbers that no paper bears: from one to another, and who may still give them ("" for nobody)."""

    first: str
    last: str
    holder: Text | str = ""


class SeriesField(peewee.CharField):  # type: ignore[misc]
    """A number of a series: `number = SeriesField(SlipBook, per="year")`, drawn by `Slip.number.draw()`.

    `per` is "year", "month" or "day", or the names of fields that record and book both have, or "" for
    one count without end. `written` is how a number stands on paper, `apart` one that a laptop gives
    without a book; `size` is how many a book has.
    """

    kind = SeriesColumn

    def __init__(
        self,
        books: type[Book],
        *,
        per: str | Sequence[str] = "",
        written: str = "",
        apart: str = "{number}-B{laptop}",
        size: int = BOOK,
        **options: Any,
    ) -> None:
        by_time = isinstance(per, str)
        if by_time and per not in PERIODS:
            raise BadPlugin(
                detail=f"per is one of {sorted(PERIODS)} or names of fields, not {per!r}"
            )
        self.books, self.size, self.apart = books, size, apart
        self.period = per if isinstance(per, str) else ""
        self.counts_by = () if isinstance(per, str) else tuple(per)
        self.written = written or ("{period}-{number:04}" if self.period else "{number}")
        super().__init__(**{"max_length": 40, "index": True, **options})

    def bind(self, model: type[Record], name: str, set_attribute: bool = True) -> None:
        """Refuse books that do not count by the same fields."""
        super().bind(model, name, set_attribute)
        if set(self.books.counted_by()) != set(self.counts_by):
            detail = _NO_FIELD.format(
                field=name, names=list(self.counts_by) or "-", books=self.books.__name__
            )
            raise BadCollection(model=model.__name__, detail=detail)

    # -- at a laptop -----------------------------------------------------------------------------

    def draw(self, scope: str = "", *, on: date | None = None, size: int = 0, **of: Any) -> str:
        """The next number here, torn off: inside the transaction that writes it on its record.

        `of` are the values of the fields that it counts by; `on` is the day whose period counts,
        today for none. `size` is that of the book that is asked for when this one runs low.
        """
        store = present_store()
        run = self.run(store, scope, on, of)
        with store.transaction():
            number = self._torn_off(run) or self._of_hubs_new(store, run, size or self.size)
            number = number or self._own(store, run)
            self._ask_in_time(store, run, size or self.size)
        return number

    def coming(self, scope: str = "", *, on: date | None = None, **of: Any) -> str:
        """The number that `draw` would tear off here now."""
        store = present_store()
        run = self.run(store, scope, on, of)
        found = self._next_of_books(run)
        return found[2] if found else self._own(store, run)

    def prepare(self, scope: str = "", *, on: date | None = None, size: int = 0, **of: Any) -> int:
        """Ask for a book for each laptop of the scope that has no number left; how many that are.

        The evening before, in reach of the hub: each has its own after the next sync but one.
        """
        store = present_store()
        run = self.run(store, scope, on, of)
        with store.transaction():
            books = list(run.books(self.books))
            provided = {holder for book in books for holder in book.numbers.rights}
            missing = [each for each in laptops_of(store, run.scope) if each not in provided]
            for holder in missing:
                book = self._ask(run, size or self.size)
                if holder != store.writer().incarnation:
                    book.hand_over(holder)
        return len(missing)

    def unused(self, scope: str = "", *, on: date | None = None, **of: Any) -> list[Unused]:
        """What no paper bears: what is left in the books, and what was torn off and is on no live record."""
        store = present_store()
        run = self.run(store, scope, on, of)
        there = {number for (number,) in self._records(run).select(self).tuples()}
        directory, found = Directory(), []
        for book in run.books(self.books):
            if book.first:
                rest = book.first + book.numbers.spent
                torn = (self._text(run, each) for each in range(book.first, rest))
                found += [Unused(each, each) for each in torn if each not in there]
                if book.numbers.left:
                    last = self._text(run, book.first + book.numbers.granted - 1)
                    holders = [directory.of(each)[1] for each in book.numbers.rights]
                    found.append(Unused(self._text(run, rest), last, holders[0] if holders else ""))
        return found

    def run(self, store: PresentStore, scope: str, on: date | None, of: Mapping[str, Any]) -> Run:
        """The run that a number is of; raises `BadPlugin` where a field that it counts by is missing."""
        if set(of) != set(self.counts_by):
            raise BadPlugin(
                detail=f"{self.name} counts by {list(self.counts_by)}, not by {list(of)}"
            )
        period = PERIODS[self.period].format(on or local_today(store))
        scope = scope or store.default_scope(store.collection(self.model._meta.collection))
        return Run(run_of(scope), period, of)

    def _torn_off(self, run: Run) -> str | None:
        """The next number of this laptop's books, spent; None where it has none that it may use."""
        found = self._next_of_books(run)
        if found is None:
            return None
        book, torn, text = found
        spend(book, "numbers", torn)
        return text

    def _of_hubs_new(self, store: PresentStore, run: Run, size: int) -> str | None:
        """The first of a new book, at the hub: it says itself where that begins."""
        if not _numbers_books(store):
            return None
        self._ask(run, size)
        return self._torn_off(run)

    def _next_of_books(self, run: Run) -> tuple[Book, int, str] | None:
        """The book that has the next number, how many are torn off with it, and the number."""
        for book in run.books(self.books):
            left = book.numbers.left
            # With two holders nobody could say which number is next; without a first nobody knows any.
            if not book.first or not left or spendable(book, "numbers") != left:
                continue
            begin = book.first + book.numbers.spent
            for torn, number in enumerate(range(begin, begin + left), 1):
                text = self._text(run, number)
                if not self._is_given(run, text):  # it may have been typed by hand
                    return book, torn, text
        return None

    def _own(self, store: PresentStore, run: Run) -> str:
        """A number beside which stands what no other laptop has."""
        own = partial(self.apart.format, laptop=store.writer().number)
        begin, _, end = own(number="\0").partition("\0")
        alike = self.startswith(begin) & self.endswith(end)
        numbers = {number for (number,) in self._records(run).where(alike).select(self).tuples()}
        texts = (own(number=self._text(run, each)) for each in count(1))
        return next(text for text in texts if text not in numbers)

    def _ask_in_time(self, store: PresentStore, run: Run, size: int) -> None:
        left = sum(spendable(book, "numbers") for book in run.books(self.books))
        if left * RUNS_LOW < size:
            self._ask(run, size)

    def _ask(self, run: Run, size: int) -> Book:
        book: Book = self.books.create(scope=run.scope, period=run.period, numbers=size, **run.of)
        store = present_store()
        if _numbers_books(store):
            number_books(store, self.books)
        return book

    def _text(self, run: Run, number: int) -> str:
        return self.written.format(number=number, period=run.period)

    def _is_given(self, run: Run, text: str) -> bool:
        return bool(self._records(run).where(self == text).exists())

    def _records(self, run: Run) -> peewee.ModelSelect:
        scope = self.model.scope
        of_circle = peewee.fn.SUBSTR(scope, CIRCLE_BEGINS + 1)
        query = self.model.select().where((scope == run.scope) | (of_circle == run.scope))
        return _where(query.where(self.is_null(False)), self.model, run.of)


def _where(
    query: peewee.ModelSelect, model: type[Record], of: Mapping[str, Any]
) -> peewee.ModelSelect:
    for name, value in of.items():
        query = query.where(model._meta.fields[name] == value)
    return query


def run_of(scope: str) -> str:
    """In which scope a number runs that a record of this scope bears: of a circle in its team's."""
    return team_of_circle(scope) or scope


def laptops_of(store: PresentStore, scope: str) -> Iterable[Incarnation]:
    """The incarnations of a scope's laptops, this one's first; of each laptop the one it has now."""
    present = {store.writer().laptop: store.writer().incarnation}
    for each in Device.select().order_by(Device.number.desc()):
        if (scope == COMMUNITY or scope in each.teams) and not each.revoked:
            present.setdefault(each.laptop, each.incarnation)
    return present.values()


# -- at the hub ----------------------------------------------------------------------------------


def _numbers_books(store: PresentStore) -> bool:
    """Whether this is the hub, and knows all books: not while it is being filled again."""
    return store.writer().incarnation == HUB and not store.recovering


def settle_numbers(store: PresentStore, stored: Mapping[str, Sequence[Change]]) -> None:
    """What the hub does once it took records in: say where new books begin, and tell of doubles.

    Inside the commit that took them in. Not while it is being filled again: it would not know all.
    """
    models = {name: store.collections[name].model for name in stored}
    books = [model for model in models.values() if issubclass(model, Book)]
    series = [
        (field, stored[name])
        for name, model in models.items()
        for field in model._meta.sorted_fields
        if isinstance(field, SeriesField)
    ]
    if not (books or series) or store.recovering:
        return
    for model in books:
        number_books(store, model)
    for field, changes in series:
        _tell_doubles(store, field, changes)


def number_all_books(store: PresentStore) -> None:
    """Make up, from time to time, what waited because the hub was being filled again."""
    for collection in () if store.recovering else store.collections.values():
        if issubclass(collection.model, Book):
            number_books(store, collection.model)


def number_books(store: PresentStore, model: type[Book]) -> None:
    """Say of each book that has no first number yet where it begins: behind all that its run has."""
    edits: dict[str, Values] = {}
    ends: dict[tuple[Any, ...], int] = {}
    for book in model.select().where(model.first == 0).order_by(model.id):
        run = Run(book.scope, book.period, {n: getattr(book, n) for n in model.counted_by()})
        key = (run.scope, run.period, *run.of.values())
        if key not in ends:
            numbered = run.books(model).where(model.first > 0)
            ends[key] = max((each.first + each.numbers.granted for each in numbered), default=1)
        if ends[key] <= _FURTHEST:
            edits[book.id] = {"first": ends[key]}
            ends[key] += book.numbers.granted
    if edits:
        store.edit(model, edits)


def _tell_doubles(store: PresentStore, field: SeriesField, changes: Sequence[Change]) -> None:
    """A task for each record but the earliest that bears one number; of one that does no more it is done."""
    model = field.model
    name = model._meta.collection
    changed = {
        c.id for c in changes if c.whole or not c.values.keys().isdisjoint((field.name, DELETED))
    }
    if not changed:
        return
    rule = f"hongxian.double_number.{field.name}"
    hubs_own = (Task.collection == name) & (Task.rule == rule) & (Task.maker == "")
    told = {task.record: task for task in Task.select().where(hubs_own)}
    waits = {id for id, task in told.items() if not task.done}
    doubled = {each.id: each for each in _doubled(store, field, changed | waits)}
    over = {told[id].id: {"done": True} for id in waits if id not in doubled}
    if over:
        store.edit(Task, over)
    label = Text.of(field.verbose_name or field.name)
    for id, record in doubled.items():
        if id not in told:
            Task.create(
                rule=rule,
                text=_DOUBLE.format(label=label, number=getattr(record, field.name)),
                collection=name,
                record=id,
                scope=record.scope,
            )


def _doubled(store: PresentStore, field: SeriesField, ids: Iterable[str]) -> Iterator[Record]:
    """The records that bear the number of an earlier one, of those that bear one with some of these."""
    model = field.model
    query = model.select(field).where(model.id.in_(list(ids)), field.is_null(False))
    numbers = {number for (number,) in query.tuples()}
    alike: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for each in model.select().where(field.in_(list(numbers))) if numbers else ():
        of = (getattr(each, name) for name in field.counts_by)
        alike[run_of(each.scope), getattr(each, field.name), *of].append(each)
    groups = [group for group in alike.values() if len(group) > 1]
    held = store.collection(model._meta.collection)
    rows = held.rows_by_id(each.id for group in groups for each in group)
    for group in groups:
        group.sort(key=lambda each: (rows[each.id].stamp_of(field.name), each.id))
        yield from group[1:]
