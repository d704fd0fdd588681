"""Who is insured until when, who learnt what, and what happened to somebody all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from peewee import CharField, DateField, DateTimeField, IntegerField, TextField

from hongxian import (
    Due,
    Record,
    Reference,
    Store,
    Text,
    action,
    local_now,
    local_today,
    reminder,
    view,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.shapes import Table
from hongxian_plugins.mobilise.people import names_of
from hongxian_plugins.mobilise.setting import MobiliseRules

_SOON = 30
"""Days before its end from which it stands on Today."""


class Cover(Record):
    """Cover."""

    person = Reference(
        "roster.person",
        verbose_name=Text("被保险人", "Person"),
        null=True,
        index=True,
        help_text=Text("为一个人买的；为整次召集买的留空。", "Of one person; or of a whole call."),
    )
    call = Reference(
        "mobilise.call",
        verbose_name=Text("召集", "Call"),
        null=True,
        index=True,
        help_text=Text("为整次召集买的；为一个人买的留空。", "Of all at a call; or of one person."),
    )
    policy = CharField(
        verbose_name=Text("保单", "Policy"),
        max_length=80,
        help_text=Text("保险公司和保单号。", "The insurer and the policy's number."),
    )
    begins = DateField(
        verbose_name=Text("起保", "From"), help_text=Text("第一天。", "The first day.")
    )
    ends = DateField(
        verbose_name=Text("到期", "To"), index=True, help_text=Text("最后一天。", "The last day.")
    )
    terms = CharField(
        verbose_name=Text("条件", "Terms"),
        max_length=200,
        null=True,
        help_text=Text(
            "如：只保成年人、须先上平台、48 小时内报案。",
            "Such as adults only, on the platform first, told within 48 hours.",
        ),
    )

    class Meta:
        collection = "mobilise.cover"
        title = Text("保险", "Cover")
        menu = False
        scope = "any"
        order = "ends"


class TrainingChecks(RecordSchema):
    """Of a training: hours that a course has."""

    hours = whole_number(1, 500, allow_none=True)


class Training(Record):
    """Training."""

    person = Reference(
        "roster.person",
        verbose_name=Text("姓名", "Person"),
        index=True,
        help_text=Text("谁参加了。", "Who took part."),
    )
    title = CharField(
        verbose_name=Text("培训", "Training"),
        max_length=80,
        help_text=Text("如：心肺复苏、冲锋舟。", "Such as resuscitation, boats."),
    )
    hours = IntegerField(
        verbose_name=Text("学时", "Hours"),
        null=True,
        help_text=Text("几个学时。", "How many hours."),
    )
    giver = CharField(
        verbose_name=Text("培训单位", "Given by"),
        max_length=80,
        null=True,
        help_text=Text("谁组织的。", "Who gave it."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"), default=local_today, help_text=Text("哪一天。", "When.")
    )
    until = DateField(
        verbose_name=Text("有效期至", "Good until"),
        null=True,
        index=True,
        help_text=Text("过期要复训的才写。", "Where it has to be taken again."),
    )

    class Meta:
        collection = "mobilise.training"
        title = Text("培训", "Training")
        menu = False
        order = "-day"
        checks = TrainingChecks


class Accident(Record):
    """Accidents."""

    call = Reference(
        "mobilise.call",
        verbose_name=Text("召集", "Call"),
        index=True,
        help_text=Text("在哪次召集里。", "At which call."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("谁", "Who"),
        null=True,
        help_text=Text("出事的人。", "To whom it happened."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "At"),
        default=local_now,
        help_text=Text("什么时候发生的。", "When it happened."),
    )
    what = TextField(
        verbose_name=Text("经过", "What happened"),
        help_text=Text("写经过，不写诊断。", "What happened; no diagnosis."),
    )
    told_at = DateTimeField(
        verbose_name=Text("已报保险", "Insurer told at"),
        null=True,
        help_text=Text("打过报案电话的时刻；留空会一直提醒。", "Empty: it stands on Today."),
    )

    class Meta:
        collection = "mobilise.accident"
        title = Text("出险", "Accidents")
        menu = False
        order = "-at"


@action(
    of="mobilise.call",
    title=Text("记出险", "Note an accident"),
    icon="bandaid",
    asks=[Accident.person, Accident.at, Accident.what],
)
def accident(store: Store, call: Record, person: str | None, at: datetime, what: str) -> Text:
    """Write down what happened; until the insurer was told it stands on Today."""
    hours = MobiliseRules.now(store).accident_hours
    Accident.create(call=call, person=person, at=at, what=what)
    return Text(
        "记下了。先救人；{hours} 小时内向保险公司报案。",
        "Noted. People first; tell the insurer within {hours} {hours:hour|hours}.",
    ).format(hours=hours)


@view(title=Text("快到期的保险和培训", "Cover and training that end"), menu=False)
def ending(store: Store) -> Table:
    """What ends within a month or has ended within one, the first first."""
    today, month = local_today(store), timedelta(days=_SOON)
    covers = Cover.select().where(Cover.ends.between(today - month, today + month))
    trained = Training.select().where(Training.until.between(today - month, today + month))
    names = names_of(store, {each.person for each in (*covers, *trained) if each.person})
    rows = [
        (each.ends, each.policy, names.get(each.person or "", Text("整次召集", "A whole call")))
        for each in covers
    ]
    rows += [(each.until, each.title, names.get(each.person, "")) for each in trained]
    heads = (Text("到期", "Ends"), Text("什么", "What"), Text("谁", "Who"))
    return Table(heads, sorted(rows, key=lambda row: str(row[0])))


@reminder(ahead=_SOON)
def what_ends(store: Store) -> Iterator[Due]:
    """Cover and training by their last day, until a month after it."""
    since = local_today(store) - timedelta(days=_SOON)
    for each in Cover.select().where(Cover.ends >= since):
        whose = names_of(store, [each.person])[each.person] if each.person else each.policy
        told = Text("{whose} 的保险到期", "{whose}: the cover ends").format(whose=whose)
        yield Due(each.ends, told, each, to=each.scope if each.person else "")
    for each in Training.select().where(Training.until >= since):
        whose = names_of(store, [each.person])[each.person]
        told = Text("{whose} 的{what}要复训", "{whose}: {what} has to be taken again")
        yield Due(each.until, told.format(whose=whose, what=each.title), each, to=each.scope)
