"""What a community promises about reports: no law sets these numbers for volunteers."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number


class RulesChecks(RecordSchema):
    """Of the promises: times that end."""

    first_word_hours = whole_number(1, 240)
    accept_hours = whole_number(1, 240)
    consult_days = whole_number(0, 60)
    ordinary_days = whole_number(0, 60)
    hard_days = whole_number(0, 60)
    look_percent = whole_number(1, 99)
    press_percent = whole_number(1, 99)
    double_days = whole_number(1, 90)
    reopen_days = whole_number(1, 90)
    bounces = whole_number(1, 9)
    keep_days = whole_number(1, 3_660)


def _number(zh: str, en: str, default: int, help: Text) -> IntegerField:
    return IntegerField(verbose_name=Text(zh, en), default=default, help_text=help)


_FROM_REPORT = Text("工作日，从报事那天算。", "Working days, from the report.")


class RequestRules(Settings):
    """What the community agreed on."""

    first_word_hours = _number(
        "首次回应（小时）",
        "First word (hours)",
        24,
        Text("报事后多久要受理或说明；不在休息日到期。", "Until it is accepted or answered."),
    )
    accept_hours = _number(
        "接单（小时）",
        "Accepting (hours)",
        4,
        Text("派单后多久要接单或退单。", "Until a team takes it or sends it back."),
    )
    consult_days = _number("咨询办结（天）", "Questions (days)", 3, _FROM_REPORT)
    ordinary_days = _number("一般办结（天）", "Ordinary (days)", 5, _FROM_REPORT)
    hard_days = _number("难办办结（天）", "Hard (days)", 7, _FROM_REPORT)
    look_percent = _number(
        "提醒一（%）", "First reminder (%)", 50, Text("时限过了多少时提醒。", "Of the time gone.")
    )
    press_percent = _number(
        "提醒二（%）",
        "Second reminder (%)",
        80,
        Text("时限过了多少时再提醒。", "Of the time gone."),
    )
    double_days = _number(
        "查重（天）",
        "Doubles (days)",
        7,
        Text(
            "几天内同类同地的算可能重复。", "So long back the same kind and place may be the same."
        ),
    )
    reopen_days = _number(
        "可重开（天）",
        "Reopening (days)",
        7,
        Text("办结后几天内谁都可以重开。", "After it is done."),
    )
    bounces = _number(
        "退几次由负责人定",
        "Returns",
        2,
        Text("退到这么多次，请负责人定。", "Then a leader decides."),
    )
    keep_days = _number(
        "诉求人信息保留（天）",
        "Reporters kept (days)",
        90,
        Text("归档后满这些天，由主机删去。", "After filing, then the hub erases who reported."),
    )
    dispatcher = CharField(
        verbose_name=Text("派单的队", "Who dispatches"),
        max_length=40,
        null=True,
        help_text=Text(
            "只在这支队的电脑上提醒派单；留空则都提醒。",
            "Only its laptops are reminded to dispatch; empty: all are.",
        ),
    )
    hotlines = CharField(
        verbose_name=Text("紧急先打", "Call first"),
        max_length=80,
        default="110、119、120",
        help_text=Text("有危险时先打的电话。", "In danger, before anything is written."),
    )

    class Meta:
        collection = "requests.rules"
        title = Text("报事规则", "Rules of requests")
        menu = False
        checks = RulesChecks
