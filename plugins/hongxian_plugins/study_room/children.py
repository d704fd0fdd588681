"""A child, who may fetch it, and to what its guardian consents. The team alone has them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from peewee import BooleanField, CharField, DateField, IntegerField, TimeField

from hongxian import (
    Book,
    Keep,
    PhoneField,
    Record,
    Reference,
    SeriesField,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    local_today,
)
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.records import present_store, shown_if
from hongxian_plugins.study_room.month import MonthField, age_on
from hongxian_plugins.study_room.rooms import term_ends
from hongxian_plugins.study_room.settings import StudyRules

NO_IDENTITY_NUMBER = (
    r"(?s)(?!.*(?<!\d)\d{17}[\dXx](?!\d))",
    Text("像身份证号，请删去。", "Looks like an identity number: leave it out."),
)
_NOT_BLANK = (r"(?s).*\S", Text("必须填写。", "Required."))

CHILD = Workflow(
    State("applied", Text("已申请", "Applied")),
    State("consented", Text("监护人已同意", "Guardian consents")),
    State("enrolled", Text("在册", "Enrolled"), tone="done"),
    State("paused", Text("暂停", "Paused"), tone="rest"),
    State("left", Text("已退出", "Left"), needs=("left_on",), tone="rest"),
    Transition(
        "agree",
        Text("监护人同意", "Guardian consents"),
        "applied",
        "consented",
        law=Text(
            "个人信息保护法第三十一条：不满十四周岁须监护人同意",
            "Under fourteen a guardian consents (Personal Information Protection Law, 31)",
        ),
    ),
    Transition("enrol", Text("登记在册", "Enrol"), "consented", "enrolled"),
    Transition("pause", Text("暂停", "Pause"), "enrolled", "paused", usual=False),
    Transition("resume", Text("恢复", "Resume"), "paused", "enrolled"),
    Transition(
        "leave_room",
        Text("退出", "Leave for good"),
        ("applied", "consented", "enrolled", "paused"),
        "left",
        dated=("left_on",),
        usual=False,
    ),
    Transition("ask_again", Text("重新申请", "Apply again"), "left", "applied"),
)


def after_leaving(child: Child) -> date | None:
    """The last day on which a child that has left is kept."""
    if child.state != "left" or child.left_on is None:
        return None
    days = StudyRules.now(present_store()).keep_days
    last: date = term_ends(child.left_on) + timedelta(days=days)
    return last


class ChildChecks(RecordSchema):
    """Of a child: a name that is one, a school year that there is."""

    name = plain_text(40, _NOT_BLANK, NO_IDENTITY_NUMBER, required=True)
    guardian = plain_text(40, _NOT_BLANK, NO_IDENTITY_NUMBER, required=True)
    grade = whole_number(0, 12, allow_none=True)


class CardBook(Book):
    """Books of card numbers."""

    class Meta:
        collection = "study_room.card_book"
        title = Text("接送卡号簿", "Books of cards")
        menu = False


class Card(Record):
    """Cards to fetch by, one for a household: brothers and sisters share it."""

    number = SeriesField(
        CardBook,
        verbose_name=Text("卡号", "Number"),
        written="{number:04}",
        max_length=16,
        help_text=Text("补印不换号。", "Printed once more it stays the same."),
    )

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.number)

    class Meta:
        collection = "study_room.card"
        title = Text("接送卡", "Cards")
        menu = False


class Child(Record):
    """Children."""

    name = CharField(
        verbose_name=Text("姓名", "Name"),
        max_length=40,
        index=True,
        help_text=Text("孩子的全名。", "The child's full name."),
    )
    grade = IntegerField(
        verbose_name=Text("年级", "School year"),
        null=True,
        help_text=Text(
            "小学一年级写 1，初一写 7，没上学写 0。", "1 for the first year; 0 before school."
        ),
    )
    born = MonthField(
        verbose_name=Text("出生年月", "Month of birth"),
        null=True,
        help_text=Text("如 2018-05；不记日子。", "Such as 2018-05; no day."),
    )
    guardian = CharField(
        verbose_name=Text("监护人", "Guardian"),
        max_length=40,
        help_text=Text("签同意书的人。", "Who signs for the child."),
    )
    phone = PhoneField(
        verbose_name=Text("监护人电话", "Guardian's telephone"),
        index=True,
        help_text=Text("随时打得通的。", "One that is answered."),
    )
    alone = BooleanField(
        verbose_name=Text("独自离开", "May leave alone"),
        default=False,
        help_text=Text(
            "监护人书面同意，且满八周岁。", "With the guardian's writing, and from eight years on."
        ),
    )
    alone_from = shown_if(
        TimeField(
            verbose_name=Text("几点起", "From when"),
            null=True,
            help_text=Text(
                "几点以后可以独自离开；留空不限。", "The hour from which on; empty for any."
            ),
        ),
        "alone",
        True,
    )
    card = Reference(
        "study_room.card",
        verbose_name=Text("接送卡", "Card"),
        null=True,
        index=True,
        help_text=Text("兄弟姐妹同用一张。", "Brothers and sisters share one."),
    )
    state = StateField(
        CHILD, help_text=Text("没有同意书的不在册。", "Nobody is enrolled without consent.")
    )
    left_on = DateField(
        verbose_name=Text("退出日期", "Left on"),
        null=True,
        help_text=Text("哪天退出的。", "The day of leaving."),
    )
    away_on = DateField(
        verbose_name=Text("请假那天", "Away on"),
        null=True,
        help_text=Text("监护人说这天不来。", "The guardian said that it does not come that day."),
    )

    class Meta:
        collection = "study_room.child"
        title = Text("孩子", "Children")
        secret = ("phone", "guardian")
        known_by = ("name", "born")
        also_called = {
            "name": ("学生姓名", "孩子姓名"),
            "phone": ("电话", "联系电话", "家长电话"),
            "guardian": ("家长",),
            "alone": ("可独自离开",),
        }
        keep = Keep(until=after_leaving)
        checks = ChildChecks


class Adult(Record):
    """Who may fetch a child."""

    child = Reference(
        "study_room.child",
        on_delete="with",
        verbose_name=Text("孩子", "Child"),
        index=True,
        help_text=Text("接哪个孩子。", "Which child."),
    )
    name = CharField(
        verbose_name=Text("可接的人", "Who may fetch"),
        max_length=40,
        help_text=Text("全名。", "The full name."),
    )
    relation = CharField(
        verbose_name=Text("关系", "Relation"),
        max_length=20,
        help_text=Text("如：母亲、祖父、邻居。", "Such as mother, grandfather, neighbour."),
    )
    phone = PhoneField(
        verbose_name=Text("电话", "Telephone"),
        null=True,
        help_text=Text("没有可不填。", "Empty where there is none."),
    )

    @property
    def told(self) -> str:
        """As whoever fetches is written down."""
        return f"{self.relation} {self.name}"

    class Meta:
        collection = "study_room.adult"
        title = Text("可接的人", "Who may fetch")
        menu = False
        secret = ("phone",)
        known_by = ("child", "name")
        keep = Keep(until="child")


def called(child: str) -> str:
    """What a child is called; “…” where it is not here."""
    return present_store().names_of("study_room.child", [child]).get(child, "…")


def is_away(child: Child) -> bool:
    """Whether its guardian said that a child does not come today."""
    return bool(child.away_on == local_today())


def why_not_alone(child: Child, at: datetime, least: int) -> Text | None:
    """Why a child may not leave alone at a moment: too young, or its guardian has not written so; None: it may."""
    if child.born is None or age_on(child.born, at.date()) < least:
        told = Text(
            "{name}未满 {least} 周岁（或没写出生年月），由成年人接（未成年人保护法 21）",
            "{name} is under {least} or of unknown age: an adult fetches (Law on the Protection of Minors, 21)",
        )
        return told.format(name=child.name, least=least)
    if not child.alone or (child.alone_from and at.time() < child.alone_from):
        told = Text(
            "监护人没有书面同意{name}这时独自离开",
            "No guardian wrote that {name} may leave alone at this hour",
        )
        return told.format(name=child.name)
    return None
