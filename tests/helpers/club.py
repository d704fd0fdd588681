"""A plugin with rules that refuse and rules that mark, for the tests of rules."""

from typing import Any

from peewee import DateField, IntegerField

from hongxian import Mark, Record, Reference, Refused, Seen, Text, rule
from hongxian.records import Task
from samples import plugin

OVER_CAP = Text("超过上限 {cap}。", "Over the cap of {cap}.")
NO_ACTIVITY = Text("没有这次活动。", "There is no such activity.")


class Activity(Record):
    """An activity with the most minutes that it counts for."""

    day = DateField(null=True)
    cap = IntegerField()

    class Meta:
        collection = "club.activity"
        scope = "any"


class Stay(Record):
    """Somebody's minutes."""

    activity = Reference("club.activity")
    minutes = IntegerField()

    class Meta:
        collection = "club.stay"


@rule(of=Stay, when=("minutes", "activity"))
def within_the_cap(stay: Stay, before: Stay | None, seen: Seen) -> None:
    activity = seen.get(Activity, stay.activity)
    if activity is None:
        raise Refused(NO_ACTIVITY)
    if stay.minutes > activity.cap:
        raise Refused(OVER_CAP.format(cap=activity.cap))


@rule(of=Stay)
def no_two_are_alike(stay: Stay, before: Stay | None, seen: Seen) -> Mark | None:
    others = seen.all(Stay, activity=stay.activity, minutes=stay.minutes)
    if any(each.id != stay.id for each in others):
        return Mark(Text("分钟相同。", "The same minutes."))
    return None


CLUB = plugin(
    "club", Activity, Stay, within_the_cap=within_the_cap, no_two_are_alike=no_two_are_alike
)
WITHOUT_RULES = plugin("club", Activity, Stay)
"""The same as another program has it, which asks nothing."""


def edit(record: Record, **values: Any) -> None:
    model = type(record)
    model.update(**values).where(model.id == record.id).execute()


def open_marks(where: Any) -> list[str]:
    """The records of which a rule's task is open there."""
    with where:
        tasks = Task.select().where(~Task.done, Task.rule.is_null(False))
        return sorted(task.record for task in tasks)
