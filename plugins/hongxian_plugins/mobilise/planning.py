"""The posts and shifts of a call, made out of one line as a leader would say it."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import CharField, DateTimeField, IntegerField

from hongxian import Refused, Store, Text, action
from hongxian_plugins.mobilise.calls import Call, Post, Shift

_MOST_SHIFTS = 24


@action(
    of=Call,
    title=Text("排岗位和班次", "Plan posts and shifts"),
    icon="grid-3x3",
    asks={
        "posts": CharField(
            verbose_name=Text("岗位和人数", "Posts and places"),
            max_length=400,
            help_text=Text("如：堤上 3、物资点 2。", "Such as: Dyke 3, Supplies 2."),
        ),
        "first": DateTimeField(
            verbose_name=Text("第一班开始", "First shift begins"),
            null=True,
            help_text=Text("留空从集合时间起。", "Empty for when the call begins."),
        ),
        "hours": IntegerField(verbose_name=Text("一班几小时", "Hours of a shift"), default=4),
        "count": IntegerField(verbose_name=Text("几班", "Shifts"), default=2),
    },
)
def plan(
    store: Store, call: Call, posts: str, first: datetime | None, hours: int, count: int
) -> Text:
    """Make the call's posts and, one after the other, its shifts."""
    wanted = [_post(each) for each in posts.replace("，", "、").replace(",", "、").split("、")]
    if not (1 <= count <= _MOST_SHIFTS and 1 <= hours <= _MOST_SHIFTS):
        raise Refused("班数和小时都是 1 到 24。", "Shifts and hours are 1 to 24 each.")
    begins = (first or call.begins).replace(second=0, microsecond=0)
    length = timedelta(hours=hours)
    with store.transaction():
        for name, places in wanted:
            Post.create(call=call, name=name, places=places)
        for start in (begins + n * length for n in range(count)):
            Shift.create(call=call, title=_called(start, length), begins=start, ends=start + length)
    return Text("{n} 个岗位，{count} 班。", "{n} posts, {count} shifts.").format(
        n=len(wanted), count=count
    )


def _post(told: str) -> tuple[str, int]:
    name, _, number = told.strip().rpartition(" ")
    if not number.isdigit():
        name, number = told.strip(), "1"
    if not name:
        raise Refused("岗位要有名字：“{told}”。", "A post has a name: “{told}”.", told=told)
    return name, int(number)


def _called(begins: datetime, length: timedelta) -> str:
    return f"{begins:%m-%d %H:%M}–{begins + length:%H:%M}"
