"""What came of it, in the resident's own word: a grade, or that it is not done."""

from __future__ import annotations

from peewee import CharField

from hongxian import Refused, Store, Text, action
from hongxian.codes import code_field, found_by_code
from hongxian.records import asked_as
from hongxian.shapes import Go
from hongxian.text import joined
from hongxian_plugins.requests.answering import graded, reopen
from hongxian_plugins.requests.kept.flow import ANSWERED
from hongxian_plugins.requests.kept.records import Request, put
from hongxian_plugins.requests.phone.following import CODE
from hongxian_plugins.requests.reporting import in_public


@action(
    title=Text("评价", "Grade it"),
    audience="public",
    menu=False,
    icon="star-fill",
    asks={"code": code_field(CODE), "rating": asked_as(Request.rating, null=False, help_text=None)},
)
def grade(store: Store, code: str, rating: str) -> Go:
    """The resident's own word, one of five, once; silence is none."""
    with store.transaction():
        request = found_by_code(Request, code)
        if request.state != "done":
            raise Refused("办好以后评一次。", "It is graded once, when it is done.")
        graded(store, request, rating)
    return Go(Text("谢谢，记下了", "Thank you, noted"), {"code": request.track}, "requests.follow")


@action(
    title=Text("再打开", "Open it again"),
    audience="public",
    menu=False,
    icon="arrow-counterclockwise",
    asks={
        "code": code_field(CODE),
        "reason": CharField(
            verbose_name=Text("哪里没办好", "What is not done"),
            max_length=80,
            help_text=Text("一句话。", "In a sentence."),
        ),
    },
)
def reopen_mine(store: Store, code: str, reason: str) -> Go:
    """Within its days whoever has the code may."""
    with store.transaction():
        request = found_by_code(Request, code)
        if request.state not in ANSWERED:
            raise Refused("这件还在办。", "It is still under way.")
        told = reopen(store, request, in_public(reason, "")[0])
        put(request, "accepted")
    said = joined([Text("又打开了", "Opened again"), told], Text("，", ", "))
    return Go(said, {"code": request.track}, "requests.follow")
