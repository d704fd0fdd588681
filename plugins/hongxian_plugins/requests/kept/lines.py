"""What happened to a request, a line each, and to whom outside it was passed on."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TextField

from hongxian import Record, Reference, Store, Text, local_now, local_today
from hongxian.records import COMMUNITY, Value
from hongxian_plugins.requests.kept.flow import REQUEST
from hongxian_plugins.requests.kept.kinds import INSIDE, OUTSIDE
from hongxian_plugins.requests.kept.records import Request

WHAT = (
    ("report", Text("报事", "Reported")),
    *((each.name, each.title) for each in REQUEST.transitions),
    ("link", Text("并作同一件", "Linked")),
    ("extend", Text("延期", "Extended")),
    ("outcome", Text("对方回复", "They answered")),
    ("heard", Text("已回告居民", "The resident heard")),
)


class Step(Record):
    """What happened."""

    request = Reference(
        "requests.request",
        verbose_name=Text("报事", "Request"),
        index=True,
        help_text=Text("哪一件。", "Which."),
    )
    what = CharField(
        verbose_name=Text("办理", "What"),
        max_length=12,
        choices=WHAT,
        help_text=Text("做了什么。", "What was done."),
    )
    at = DateTimeField(
        verbose_name=Text("时间", "When"), default=local_now, help_text=Text("几时。", "When.")
    )
    said = CharField(
        verbose_name=Text("说明", "Why"),
        max_length=400,
        null=True,
        help_text=Text("为什么，或结果；不写姓名电话。", "Why, or what; no names and telephones."),
    )
    by = CharField(
        verbose_name=Text("哪支队", "By"),
        max_length=80,
        null=True,
        help_text=Text("哪支队做的。", "Whose step it was."),
    )
    turn = IntegerField(
        verbose_name=Text("第几轮", "Turn"),
        default=0,
        help_text=Text("随报事。", "As the request."),
    )

    class Meta:
        collection = "requests.step"
        title = Text("办理记录", "Steps")
        scope = COMMUNITY
        menu = False
        hidden = ("turn",)
        order = "at"
        writers = "maker"


class Outside(Record):
    """Passed on."""

    request = Reference(
        "requests.request",
        verbose_name=Text("报事", "Request"),
        index=True,
        help_text=Text("哪一件。", "Which."),
    )
    to = CharField(
        verbose_name=Text("转给", "To"),
        max_length=8,
        choices=(*INSIDE, *OUTSIDE),
        help_text=Text("转到哪里；转了也留在这里，直到居民知道结果。", "It stays here too."),
    )
    their_number = CharField(
        verbose_name=Text("对方编号", "Their number"),
        max_length=40,
        null=True,
        help_text=Text("对方给的工单号。", "Under which they have it."),
    )
    sent_on = DateField(
        verbose_name=Text("转办日期", "On"),
        default=local_today,
        help_text=Text("哪天转的。", "When."),
    )
    heard = TextField(
        verbose_name=Text("对方回复", "Answer"),
        null=True,
        help_text=Text("对方怎么说。", "What they said."),
    )
    over = BooleanField(
        verbose_name=Text("已了", "Over"),
        default=False,
        help_text=Text("对方已办完或收回。", "Nothing more is to come of it."),
    )

    class Meta:
        collection = "requests.outside"
        title = Text("转办", "Passed on")
        menu = False


def note(store: Store, request: Request, what: str, said: object = None, **given: Value) -> Step:
    """Write down that something was done; `said` is cut where it is long."""
    teams = getattr(store, "teams", None)
    own = "、".join(sorted(teams().values())) if teams else None
    step: Step = Step.create(
        request=request.id,
        what=what,
        said=str(said)[:400] if said else None,
        by=own[:80] if own else None,
        turn=request.turn,
        at=local_now(store),
        **given,
    )
    return step


def lines_of(request: Request) -> list[Step]:
    """Its steps, the first before the others."""
    return list(Step.select().where(Step.request == request.id).order_by(Step.at, Step.id))
