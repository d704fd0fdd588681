"""A call: what has happened and where, who answers, the posts and shifts that it wants filled, and accidents."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from peewee import CharField, DateTimeField, IntegerField, TextField

from hongxian import Keep, Record, Reference, StateField, Store, Text, local_now, step
from hongxian.checks import RecordSchema, whole_number
from hongxian.records import COMMUNITY, local_minute
from hongxian_plugins.mobilise.steps import CALL

RISKS = (
    ("ordinary", Text("一般", "Ordinary")),
    ("danger", Text("有危险", "Dangerous")),
)
SAYS = (
    ("yes", Text("来", "Yes")),
    ("later", Text("晚点来", "Later")),
    ("no", Text("来不了", "No")),
)
RUNNING = ("published", "assembling", "on")
_KEPT = timedelta(days=90)


class CallChecks(RecordSchema):
    """Of a call: people that can be found."""

    people = whole_number(1, 10_000)


class Call(Record):
    """Calls."""

    title = CharField(
        verbose_name=Text("召集", "Call"),
        max_length=80,
        index=True,
        help_text=Text("做什么，如：防汛、清障。", "What is to be done: flood, clearing."),
    )
    place = CharField(
        verbose_name=Text("集合地点", "Where"),
        max_length=80,
        help_text=Text("到哪里集合。", "Where they assemble."),
    )
    begins = DateTimeField(
        verbose_name=Text("开始", "From"),
        index=True,
        default=local_now,
        help_text=Text("几点集合。", "When they assemble."),
    )
    people = IntegerField(
        verbose_name=Text("需要几人", "People"),
        help_text=Text("要几个人来。", "How many are to come."),
    )
    risk = CharField(
        verbose_name=Text("风险", "Risk"),
        max_length=10,
        default="ordinary",
        choices=RISKS,
        help_text=Text(
            "有危险的，只排已保险的成年人。", "Of a dangerous one insured adults alone have posts."
        ),
    )
    platform_no = CharField(
        verbose_name=Text("市里平台的活动号", "Number on the city's platform"),
        max_length=40,
        null=True,
        help_text=Text(
            "先在志愿服务平台建活动，再发布召集；保险常以此为准。",
            "Enter it on the city's platform first: insurers often go by that.",
        ),
    )
    command = CharField(
        verbose_name=Text("听谁指挥", "Under whose command"),
        max_length=80,
        null=True,
        help_text=Text("现场指挥部或负责人的职务。", "The command on the spot, by its office."),
    )
    published_at = DateTimeField(
        verbose_name=Text("发布时刻", "Published at"),
        null=True,
        help_text=Text("发布时自动记下。", "Written when it is published."),
    )
    summary = TextField(
        verbose_name=Text("小结", "Summary"),
        null=True,
        help_text=Text("做了什么，下次注意什么。", "What was done, and what to mind next time."),
    )
    state = StateField(CALL, help_text=Text("一步一步来。", "One step after the other."))

    class Meta:
        collection = "mobilise.call"
        title = Text("召集", "Calls")
        scope = COMMUNITY
        order = "-begins"
        read_only = ("published_at",)
        also_called = {"platform_no": ("平台活动编号", "平台活动号")}
        checks = CallChecks


@step(Call, "publish")
def publishes(store: Store, call: Call) -> None:
    """From now on an answer is waited for."""
    call.published_at = local_minute(store)


class PostChecks(RecordSchema):
    """Of a post: places that can be filled."""

    places = whole_number(1, 99)


class Post(Record):
    """Posts."""

    call = Reference(
        "mobilise.call",
        on_delete="with",
        verbose_name=Text("召集", "Call"),
        index=True,
        help_text=Text("哪次召集的。", "Of which call."),
    )
    name = CharField(
        verbose_name=Text("岗位", "Post"),
        max_length=40,
        help_text=Text("如：堤上巡查、物资点。", "Such as the dyke, supplies."),
    )
    places = IntegerField(
        verbose_name=Text("每班人数", "Places"),
        default=1,
        help_text=Text("一班要几个人。", "How many a shift wants."),
    )

    class Meta:
        collection = "mobilise.post"
        title = Text("岗位", "Posts")
        menu = False
        scope = COMMUNITY
        checks = PostChecks


class Shift(Record):
    """Shifts."""

    call = Reference(
        "mobilise.call",
        on_delete="with",
        verbose_name=Text("召集", "Call"),
        index=True,
        help_text=Text("哪次召集的。", "Of which call."),
    )
    title = CharField(
        verbose_name=Text("班次", "Shift"),
        max_length=40,
        help_text=Text("如：1日 14:00–18:00。", "What people call it."),
    )
    begins = DateTimeField(
        verbose_name=Text("开始", "From"),
        index=True,
        help_text=Text("几点开始。", "When it begins."),
    )
    ends = DateTimeField(
        verbose_name=Text("结束", "To"), help_text=Text("几点结束。", "When it ends.")
    )

    class Meta:
        collection = "mobilise.shift"
        title = Text("班次", "Shifts")
        menu = False
        scope = COMMUNITY
        order = "begins"


def long_over(answer: Answer) -> date | None:
    """Who said what to a call is nobody's business some months later."""
    call = Call.get_or_none(Call.id == answer.call)
    last: date | None = call and (call.begins + _KEPT).date()
    return last


class Answer(Record):
    """Answers."""

    call = Reference(
        "mobilise.call",
        on_delete="with",
        verbose_name=Text("召集", "Call"),
        index=True,
        help_text=Text("哪次召集。", "Which call."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("姓名", "Person"),
        index=True,
        help_text=Text("谁答复的。", "Who answers."),
    )
    say = CharField(
        verbose_name=Text("答复", "Says"),
        max_length=10,
        choices=SAYS,
        help_text=Text("来、晚点来、来不了；没答复的不用填。", "Who is silent has none."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "At"),
        default=local_now,
        help_text=Text("什么时候答复的。", "When they said so."),
    )

    class Meta:
        collection = "mobilise.answer"
        title = Text("答复", "Answers")
        menu = False
        keep = Keep(until=long_over)


def call_meant(id: str | None, now: datetime) -> Call | None:
    """The call that was named; else one that runs, the latest first; else the next that is planned."""
    asked = Call.select().where(Call.id == id)
    running = Call.select().where(Call.state.in_(RUNNING)).order_by(Call.begins.desc())
    coming = Call.select().where(Call.begins >= now).order_by(Call.begins)
    meant: Call | None = asked.first() if id else running.first() or coming.first()
    return meant


WHICH_CALL = Reference(
    "mobilise.call",
    verbose_name=Text("召集", "Call"),
    null=True,
    help_text=Text("留空看正在进行的。", "Empty for the one that runs."),
)
NO_CALL = Text("没有正在进行的召集。", "No call runs.")


def said_to(call: Call) -> dict[str, Answer]:
    """By person what they said last."""
    query = Answer.select().where(Answer.call == call.id).order_by(Answer.at, Answer.id)
    return {each.person: each for each in query}
