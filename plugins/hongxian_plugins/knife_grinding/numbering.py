"""Which number comes next at this laptop, whatever the other stalls do out of its sight."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

import peewee

from hongxian import Device, Store, pass_on, spend, spendable
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import NumberBook, Slip


def next_number(store: Store, day: str, service: str) -> str:
    """The next number here, torn off a book; without a book, one that bears the laptop's number.

    Inside the transaction that writes the slip.
    """
    given = {each.number for each in _of(Slip, day, service)}
    for book in usable_books(store, day, service):
        begin, left = book.first + book.numbers.spent, book.numbers.left
        for torn, number in enumerate(range(begin, begin + left), 1):
            if str(number) not in given:  # someone may have typed a slip by hand
                spend(book, "numbers", torn)
                return str(number)
    own = (f"{store.writer().number}-{each}" for each in count(1))
    return next(number for number in own if number not in given)


def usable_books(store: Store, day: str, service: str) -> list[NumberBook]:
    """The books from which this laptop may tear off numbers, first things first.

    It must hold all that is left: with two holders nobody could say which number is next. And the
    hub must have confirmed the book, else another laptop may have opened one at the same number.
    """
    books = list(_of(NumberBook, day, service).order_by(NumberBook.first))
    collection = store.collection(NumberBook._meta.collection)
    views = store.view(collection, [each.id for each in books])
    return [
        each
        for each in books
        if views[each.id].base and spendable(each, "numbers") == each.numbers.left > 0
    ]


def open_books(store: Store, day: Day, service: str) -> int:
    """One new book for each of the team's laptops that has none left; returns how many."""
    books = list(_of(NumberBook, day.id, service))
    provided = {holder for book in books for holder in book.numbers.rights}
    first = max((book.first for book in books), default=1 - day.book_size) + day.book_size
    missing = [each for each in laptops_of(store, day.scope) if each not in provided]
    for place, holder in enumerate(missing):
        book = NumberBook.create(
            scope=day.scope,
            day=day.id,
            service=service,
            first=first + place * day.book_size,
            numbers=day.book_size,
        )
        if holder != store.writer().incarnation:
            hand_over(book, holder)
    return len(missing)


def hand_over(book: NumberBook, holder: int) -> int:
    """Let another laptop tear off all that this one holds; returns how many that are."""
    held = spendable(book, "numbers")
    pass_on(book, "numbers", held, to=holder)
    return held


def laptops_of(store: Store, scope: str) -> Iterable[int]:
    """The incarnations of a team's laptops, this one's first; of each laptop the one it has now."""
    present = {store.writer().laptop: int(store.writer().incarnation)}
    for each in Device.select().order_by(Device.number.desc()):
        if scope in each.teams and not each.revoked:
            present.setdefault(each.laptop, each.incarnation)
    return present.values()


def _of(model: type[NumberBook] | type[Slip], day: str, service: str) -> peewee.ModelSelect:
    return model.select().where(model.day == day, model.service == service)
