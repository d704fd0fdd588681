"""What people tell: what is wrong, how satisfied they are, and which venues are two though they look like one."""

from __future__ import annotations

from peewee import CharField, DateField, IntegerField

from hongxian import (
    Record,
    Reference,
    State,
    StateField,
    TallyField,
    Text,
    Transition,
    Workflow,
    local_today,
)
from hongxian.checks import RecordSchema, plain_text
from hongxian.records import same_id
from hongxian_plugins.circle.trades import CHOICES

ANSWERS = ("good", "fair", "poor")


WRONG_STEPS = Workflow(
    State("told", Text("待核实", "To look into"), tone="wait"),
    State("mended", Text("已改正", "Put right"), tone="done"),
    State("right", Text("原来是对的", "It was right"), tone="rest"),
    Transition("mend", Text("改好了", "Put right"), "told", "mended", dated=("settled_on",)),
    Transition("leave", Text("原来是对的", "It was right"), "told", "right", dated=("settled_on",)),
)


class WrongChecks(RecordSchema):
    """Of a report: what is wrong, in a line."""

    what = plain_text(200)


class Wrong(Record):
    """What readers say is wrong; who said it is not kept."""

    venue = Reference(
        "circle.venue",
        verbose_name=Text("场所", "Venue"),
        index=True,
        on_delete="with",
        help_text=Text("哪一家。", "Which."),
    )
    what = CharField(
        verbose_name=Text("哪里不对", "What is wrong"),
        max_length=200,
        help_text=Text(
            "如：周日不开。不写是谁说的。", "Such as: shut on Sundays. Not who said so."
        ),
    )
    told_on = DateField(verbose_name=Text("哪天说的", "Told on"), default=local_today)
    settled_on = DateField(verbose_name=Text("核实日期", "Settled on"), null=True)
    state = StateField(WRONG_STEPS, verbose_name=Text("状态", "State"), index=True)

    class Meta:
        collection = "circle.wrong"
        title = Text("读者来话", "Readers' reports")
        order = "-told_on"
        scope = "community"
        menu = False
        checks = WrongChecks


class Satisfaction(Record):
    """How satisfied people are, by kind and year."""

    kind = CharField(verbose_name=Text("业态", "Kind"), max_length=20, choices=CHOICES)
    year = IntegerField(verbose_name=Text("年份", "Year"))
    good = TallyField(verbose_name=Text("满意", "Satisfied"))
    fair = TallyField(verbose_name=Text("一般", "Fair"))
    poor = TallyField(verbose_name=Text("不满意", "Not satisfied"))

    class Meta:
        collection = "circle.satisfaction"
        title = Text("满意度", "Satisfaction")
        scope = "community"
        menu = False


def satisfaction_id(kind: str, year: int) -> str:
    """Two laptops that begin to count offline count in one."""
    return same_id("circle.satisfaction", kind, str(year))


class Apart(Record):
    """Venues that are two though name and address look alike."""

    one = Reference("circle.venue", on_delete="with", verbose_name=Text("一家", "One"))
    other = Reference("circle.venue", on_delete="with", verbose_name=Text("另一家", "The other"))

    class Meta:
        collection = "circle.apart"
        title = Text("不是同一家", "Two venues")
        scope = "community"
        menu = False


def apart_id(one: str, other: str) -> str:
    """The id of what says that two are two."""
    return same_id("circle.apart", *sorted((one, other)))
