"""What several actions and sheets of a case ask for, and for which cases they are."""

from __future__ import annotations

from collections.abc import Callable

from peewee import CharField, DateField, DateTimeField, Field

from hongxian import Record, Text
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import Party

OPEN = ("registered", "consented", "chosen", "in_session")


def is_in(*states: str) -> Callable[[Case], bool]:
    """For cases in one of these states, unless they are void."""
    return lambda case: case.state in states and not case.voided


def as_in(model: type[Record], *names: str) -> dict[str, Field]:
    """Asked for as the model itself describes it."""
    return {name: model._meta.fields[name] for name in names}


def named(label: Text, help: Text) -> CharField:
    """A name, or several."""
    return CharField(verbose_name=label, max_length=80, help_text=help)


def moment(help: Text, *, null: bool) -> DateTimeField:
    """A day and hour."""
    return DateTimeField(verbose_name=Text("时间", "At"), null=null, help_text=help)


DAY = {
    "day": DateField(
        verbose_name=Text("日期", "Day"), null=True, help_text=Text("不填为今天。", "Empty: today.")
    )
}


def parties_of(case: Case) -> list[Party]:
    """Who stands in a case; those who were put in by mistake do not."""
    return list(Party.select().where(Party.case == case.id, Party.part != "mistaken"))
