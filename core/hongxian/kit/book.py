"""A book of numbers: like a roll of paper tickets, of which the hub alone says where it begins."""

from __future__ import annotations

import peewee

from hongxian.errors import Refused
from hongxian.kinds.merged.quota import QuotaField
from hongxian.merges.merge import Largest
from hongxian.merges.quota import Amounts
from hongxian.model.record import SYSTEM_FIELDS, Record
from hongxian.quotas import pass_on, spendable
from hongxian.text import Text

LARGEST_BOOK = 10_000
"""Numbers in a book at most."""
_OWN = frozenset({*SYSTEM_FIELDS, "period", "first", "numbers"})
_HUBS = Text("号簿从几号起只由社区主机编定。", "Where a book begins is the hub's alone to say.")
_ODD_SIZE = Text(
    f"一本号簿有 1 到 {LARGEST_BOOK} 个号，以后不能增加，撕下的号也不能退回。",
    f"A book has 1 to {LARGEST_BOOK} numbers; none is added later, and none that was torn off comes back.",
)
_STAYS = Text(
    "编了号的号簿不能删除，也不能改到别的期间或范围。",
    "A book that was numbered is not deleted, and stays in its run.",
)


class Book(Record):
    """The base of a plugin's number books: `class SlipBook(Book)` with the fields that a series counts by.

    `first` is where its numbers begin, 0 until the hub has said so; `numbers` are those that are left.
    """

    period = peewee.CharField(
        verbose_name=Text("期间", "Period"),
        max_length=10,
        default="",
        help_text=Text("哪一年、哪个月或哪一天的号。", "The year, month or day that it is for."),
    )
    first = peewee.IntegerField(
        verbose_name=Text("起始号", "First"),
        default=0,
        help_text=Text("社区主机收到后编定；0 为还没编。", "As the hub says; 0 until it has."),
    )
    numbers = QuotaField(
        verbose_name=Text("余号", "Numbers"),
        unit=Text("号", "numbers"),
        deal="kept",
        help_text=Text(
            "还没撕下的号；整本只归一台电脑。", "Numbers left; one laptop alone holds them."
        ),
    )

    @classmethod
    def validate_model(cls) -> None:
        """Where a book begins is said once."""
        cls._meta.merges = {**getattr(cls._meta, "merges", {}), "first": Largest()}

    def refuse_odd(self, before: Record | None) -> None:
        """Raise `Refused` for what would have a number given twice: the hub alone says where a book begins."""
        numbers: Amounts = self.numbers
        if not isinstance(before, Book):
            if self.first:
                raise Refused(_HUBS)
            if numbers.given_back or not 0 < numbers.granted <= LARGEST_BOOK:
                raise Refused(_ODD_SIZE)
            return
        if self.first != before.first:
            raise Refused(_HUBS)
        if (numbers.granted, numbers.given_back) != (
            before.numbers.granted,
            before.numbers.given_back,
        ):
            raise Refused(_ODD_SIZE)
        run = ("scope", "period", *self.counted_by())
        moved = any(getattr(self, each) != getattr(before, each) for each in run)
        if before.first and (moved or self.deleted):
            raise Refused(_STAYS)

    @classmethod
    def counted_by(cls) -> list[str]:
        """The fields by which books are of one run, beside scope and period."""
        return [each.name for each in cls._meta.sorted_fields if each.name not in _OWN]

    def hand_over(self, to: int) -> int:
        """Let another laptop, by its incarnation, tear off all that this one holds; how many that are."""
        held = spendable(self, "numbers")
        pass_on(self, "numbers", held, to=to)
        return held
