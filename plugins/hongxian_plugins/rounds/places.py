"""Where people go: routes, and on them the checkpoints with a code each. The whole community holds them."""

from __future__ import annotations

from peewee import BooleanField, CharField, IntegerField

from hongxian import Record, Reference, Text, computed
from hongxian.checks import RecordSchema, whole_number
from hongxian.records import COMMUNITY

CODE = 8
"""Letters of the code on a checkpoint's sheet: the last of its id."""


class CheckpointChecks(RecordSchema):
    """Of a checkpoint: a place in a row."""

    place_no = whole_number(1, 200)


class Route(Record):
    """Routes."""

    name = CharField(
        verbose_name=Text("路线", "Route"),
        max_length=40,
        help_text=Text("如：南线、垃圾分类一组。", "What people call it."),
    )
    note = CharField(
        verbose_name=Text("说明", "Note"),
        max_length=200,
        null=True,
        help_text=Text("从哪里出发、多长时间。", "Where it begins, how long it takes."),
    )

    class Meta:
        collection = "rounds.route"
        title = Text("巡查路线", "Routes")
        scope = COMMUNITY
        menu = False
        known_by = ("name",)


class Checkpoint(Record):
    """Checkpoints."""

    name = CharField(
        verbose_name=Text("点位", "Checkpoint"),
        max_length=60,
        help_text=Text("在哪里，如：3幢南侧充电棚。", "Where it is."),
    )
    route = Reference(
        "rounds.route",
        verbose_name=Text("路线", "Route"),
        null=True,
        index=True,
        help_text=Text("在哪条路线上；只打分的投放点留空。", "Empty for what is scored alone."),
    )
    place_no = IntegerField(
        verbose_name=Text("顺序", "Place"),
        default=1,
        help_text=Text("路线上第几个。", "Its place on the route, from 1."),
    )
    ask = CharField(
        verbose_name=Text("看什么", "Look at"),
        max_length=200,
        null=True,
        help_text=Text("如：有没有飞线充电、通道通不通。", "What is looked at there."),
    )
    scored = BooleanField(
        verbose_name=Text("打分的投放点", "Scored"),
        default=False,
        help_text=Text(
            "垃圾投放点打勾，按 100 分表检查。", "A collection point with sheets of 100."
        ),
    )

    class Meta:
        collection = "rounds.checkpoint"
        title = Text("点位", "Checkpoints")
        scope = COMMUNITY
        menu = False
        order = "place_no"
        known_by = ("name",)
        checks = CheckpointChecks
        also_called = {"name": ("地点", "位置"), "place_no": ("序号",)}

    @computed(CharField(verbose_name=Text("点位码", "Code")))
    def code(self) -> str:
        """What its code says that hangs there: no secret, and nobody's name."""
        return str(self.id)[-CODE:].upper()


def points_of(route: str) -> list[Checkpoint]:
    """A route's checkpoints, in their order."""
    found = Checkpoint.select().where(Checkpoint.route == route)
    return list(found.order_by(Checkpoint.place_no, Checkpoint.id))
