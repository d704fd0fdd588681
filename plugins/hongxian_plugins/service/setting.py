"""What a community agreed on about recording its service."""

from __future__ import annotations

from datetime import date

from peewee import IntegerField

from hongxian import Settings, Store, Text, local_today
from hongxian.checks import RecordSchema, whole_number
from hongxian.workdays import workdays_between


class RulesChecks(RecordSchema):
    """Of the settings: working days that a year has."""

    record_within = whole_number(1, 250)
    remind_after = whole_number(1, 250)


class ServiceRules(Settings):
    """What the community agreed on."""

    record_within = IntegerField(
        verbose_name=Text("几个工作日内记录", "Record within working days"),
        default=10,
        help_text=Text(
            "活动结束后多少个工作日内要记录好；之后登记的算补录。",
            "How many working days after an activity it is to be recorded; what is entered later is marked.",
        ),
    )
    remind_after = IntegerField(
        verbose_name=Text("第几个工作日提醒", "Remind on working day"),
        default=7,
        help_text=Text("还没确认的，从这天起提醒。", "From then on what is not confirmed is told."),
    )

    class Meta:
        collection = "service.rules"
        title = Text("记录规则", "Rules of recording")
        menu = False
        writers = "keeper"
        checks = RulesChecks


def is_late(store: Store, day: date) -> bool:
    """Whether what took place on that day is entered afterwards, by now (民政部令第67号 11: ten working days)."""
    within: int = ServiceRules.now(store).record_within
    return workdays_between(day, local_today(store)) > within
