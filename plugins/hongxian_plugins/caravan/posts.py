"""A post: so many helpers at a stall for a shift."""

from __future__ import annotations

from peewee import IntegerField, TimeField

from hongxian import Record, Reference, Text
from hongxian.checks import RecordSchema, whole_number


class PostChecks(RecordSchema):
    """Of a post: places that a stall has."""

    places = whole_number(1, 30)


class Post(Record):
    """Posts: so many helpers at a stall for a shift."""

    fair = Reference(
        "caravan.fair", on_delete="with", verbose_name=Text("哪次", "Caravan"), index=True
    )
    stall = Reference(
        "caravan.stall",
        on_delete="with",
        verbose_name=Text("摊位", "Stall"),
        index=True,
        help_text=Text("在哪个摊位。", "At which stall."),
    )
    begins = TimeField(
        verbose_name=Text("从", "From"), help_text=Text("这班几点开始。", "When it begins.")
    )
    ends = TimeField(
        verbose_name=Text("到", "To"), help_text=Text("这班几点结束。", "When it ends.")
    )
    places = IntegerField(
        verbose_name=Text("几人", "Places"),
        default=1,
        help_text=Text("要几个志愿者。", "Helpers wanted."),
    )

    class Meta:
        collection = "caravan.post"
        title = Text("岗位", "Posts")
        scope = "community"
        menu = False
        claims = [("stall", "begins")]
        checks = PostChecks
