"""Where people set out, the picture that the map is drawn on, and minutes on foot that somebody walked."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import FileField, Record, Reference, Text
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.records import same_id
from hongxian_plugins.circle.records import POINT

MOST_METRES = 5_000


class GateChecks(RecordSchema):
    """Of a gate: a point on the picture."""

    point = plain_text(15, POINT)


class PictureChecks(RecordSchema):
    """Of a picture: what people walk."""

    metres = whole_number(100, MOST_METRES)


class WalkChecks(RecordSchema):
    """Of a walk: minutes that one walks."""

    minutes = whole_number(0, 240, allow_none=True)


class Gate(Record):
    """Gates."""

    name = CharField(
        verbose_name=Text("名称", "Name"),
        max_length=40,
        help_text=Text("如：3幢、南门。", "A building or a gate."),
    )
    point = CharField(
        verbose_name=Text("坐标", "Point"),
        max_length=15,
        help_text=Text("离图左边几米，离图上边几米。", "Metres from the left, from the top."),
    )

    class Meta:
        collection = "circle.gate"
        title = Text("出发点", "Gates")
        scope = "community"
        menu = False
        checks = GateChecks
        known_by = ("name",)


class Picture(Record):
    """Pictures of the circle."""

    name = CharField(
        verbose_name=Text("名称", "Name"),
        max_length=40,
        default="便民圈图",
        help_text=Text("这张图叫什么。", "What it is called."),
    )
    file = FileField(
        verbose_name=Text("图片", "Picture"),
        types=("image",),
        help_text=Text(
            "自己画的或小区门口那张；不要截地图软件的图。",
            "Your own drawing or the one at the gate.",
        ),
    )
    metres = IntegerField(
        verbose_name=Text("图宽多少米", "Metres across"),
        help_text=Text(
            "从左边到右边实际多少米；在图上量两个路口就知道。", "From left to right, on the ground."
        ),
    )

    class Meta:
        collection = "circle.picture"
        title = Text("便民圈图", "Pictures of the circle")
        scope = "community"
        menu = False
        checks = PictureChecks


class Walk(Record):
    """Minutes that somebody walked."""

    gate = Reference(
        "circle.gate", verbose_name=Text("出发点", "Gate"), on_delete="with", index=True
    )
    venue = Reference(
        "circle.venue", verbose_name=Text("场所", "Venue"), on_delete="with", index=True
    )
    minutes = IntegerField(
        verbose_name=Text("步行分钟", "Minutes on foot"),
        null=True,
        help_text=Text("走过一遍的分钟；留空按直线估算。", "As walked; empty for the estimate."),
    )

    class Meta:
        collection = "circle.walk"
        title = Text("步行分钟", "Walks")
        scope = "community"
        menu = False
        checks = WalkChecks


def walk_id(gate: str, venue: str) -> str:
    """One walk of a gate and a venue, on whatever laptop it was typed."""
    return same_id("circle.walk", gate, venue)
