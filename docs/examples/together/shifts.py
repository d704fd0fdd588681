"""值班: who was on duty. It gives the hours of what is confirmed, whoever takes them."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import Record, Reference, Text, gives, hookimpl
from hongxian.contracts import Hours


class Shift(Record):
    """Shifts."""

    name = CharField(verbose_name=Text("值什么班", "Shift"), max_length=40)
    person = Reference("roster.person", verbose_name=Text("谁", "Who"))
    day = DateField(verbose_name=Text("哪天", "Day"))
    minutes = IntegerField(verbose_name=Text("分钟", "Minutes"))
    confirmed = BooleanField(verbose_name=Text("已确认", "Confirmed"), default=False)

    class Meta:
        collection = "shifts.shift"
        title = Text("值班", "Shifts")


@gives(Hours, of=Shift, person="person", day="day")
def hours_of(shift: Shift) -> Hours | None:
    """A shift counts once it is confirmed, and no more when that is taken back."""
    if not shift.confirmed:
        return None
    return Hours(person=shift.person, day=shift.day, minutes=shift.minutes, activity=shift.name)


@hookimpl
def hongxian_collections():
    return [Shift]
