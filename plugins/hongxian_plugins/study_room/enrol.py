"""How a child is entered and enrolled; to what its guardian consents, until when, and how it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from peewee import CharField, DateField

from hongxian import (
    FileField,
    Keep,
    Record,
    Reference,
    State,
    StateField,
    Store,
    Text,
    Transition,
    Workflow,
    local_today,
    step,
)
from hongxian.entries import Alike, entry
from hongxian.records import Value, asked_as
from hongxian_plugins.study_room.children import Adult, Card, Child

KINDS = (
    ("data", Text("孩子的资料", "The child's data")),
    ("health", Text("健康提示", "Health")),
    ("photo", Text("拍照公开", "Photos")),
)
CONSENT = Workflow(
    State("given", Text("已同意", "Given"), tone="done"),
    State("withdrawn", Text("已撤回", "Withdrawn"), needs=("withdrawn_on",)),
    Transition(
        "withdraw",
        Text("撤回同意", "Withdraw"),
        "given",
        "withdrawn",
        dated=("withdrawn_on",),
        law=Text(
            "个人信息保护法第十五条：随时可以撤回",
            "It may be withdrawn at any time (Personal Information Protection Law, 15)",
        ),
    ),
)


class Consent(Record):
    """Consents of guardians."""

    child = Reference(
        "study_room.child",
        on_delete="with",
        verbose_name=Text("孩子", "Child"),
        index=True,
        help_text=Text("为哪个孩子。", "For which child."),
    )
    kind = CharField(
        verbose_name=Text("同意什么", "To what"),
        max_length=8,
        choices=KINDS,
        default="data",
        help_text=Text("健康、照片各签各的。", "Health and photos are signed apart."),
    )
    by = CharField(
        verbose_name=Text("谁签的", "Signed by"),
        max_length=40,
        help_text=Text("监护人姓名。", "The guardian's name."),
    )
    date = DateField(
        verbose_name=Text("同意日期", "Signed on"),
        help_text=Text("纸上写的日期。", "The day on the paper."),
    )
    until = DateField(
        verbose_name=Text("有效到", "Until"),
        null=True,
        help_text=Text(
            "如学期末；留空到退出为止。", "Such as the end of term; empty until the child leaves."
        ),
    )
    scan = FileField(
        verbose_name=Text("扫描件", "Scan"),
        help_text=Text("签好的纸，照片或 PDF。", "The signed paper."),
    )
    state = StateField(
        CONSENT, help_text=Text("撤回了就不能再用。", "What is withdrawn counts no more.")
    )
    withdrawn_on = DateField(
        verbose_name=Text("撤回日期", "Withdrawn on"),
        null=True,
        help_text=Text("哪天撤回的。", "The day of it."),
    )

    class Meta:
        collection = "study_room.consent"
        title = Text("监护人同意书", "Consents")
        menu = False
        known_by = ("child", "kind", "date")
        keep = Keep(until="child")


def _known(store: Store, name: str | None) -> Iterator[Alike]:
    """Of the same name: brothers and sisters have one telephone."""
    for each in Child.select().where(Child.name == name) if name else ():
        yield Alike(Text("同名", "Same name"), each.name, Child, each.id, told=each.guardian)


@entry(
    makes=Child,
    title=Text("新孩子", "New child"),
    icon="person-plus",
    asks={
        "name": Child.name,
        "grade": Child.grade,
        "born": Child.born,
        "guardian": Child.guardian,
        "phone": Child.phone,
        "fetcher": CharField(
            verbose_name=Text("接送人", "Fetched by"),
            max_length=40,
            null=True,
            help_text=Text(
                "平时谁来接；留空就是监护人。", "Who usually comes; empty for the guardian."
            ),
        ),
        "relation": asked_as(Adult.relation, null=True),
        "alone": Child.alone,
        "alone_from": Child.alone_from,
        "signed_on": DateField(
            verbose_name=Text("同意日期", "Consent signed on"),
            null=True,
            help_text=Text(
                "同意书上的日期；还没签就留空。", "As on the paper; empty while it is not signed."
            ),
        ),
    },
    parts={"fetcher": Text("接送和同意书", "Fetching and consent")},
    alike=_known,
)
def new_child(
    store: Store,
    fetcher: str | None,
    relation: str | None,
    signed_on: date | None,
    **told: Value,
) -> Text:
    """A child with who fetches it and the consent on paper, or nothing of it."""
    with store.transaction():
        child = Child.create(state="enrolled" if signed_on else "applied", **told)
        who = {"name": fetcher} if fetcher else {"name": child.guardian, "phone": child.phone}
        Adult.create(child=child.id, scope=child.scope, relation=relation or "监护人", **who)
        if signed_on:
            Consent.create(child=child.id, by=child.guardian, date=signed_on, scope=child.scope)
            _give_card(child)
    return Text("已登记：{name}。", "Entered: {name}.").format(name=child.name)


@step(
    Child,
    "agree",
    asks={
        "by": asked_as(Consent.by, null=True),
        "date": asked_as(Consent.date, default=local_today),
        "until": Consent.until,
        "scan": Consent.scan,
    },
)
def agree(store: Store, child: Child, *, by: str | None, **told: Value) -> None:
    """The guardian signed; without it nobody is enrolled."""
    Consent.create(child=child.id, by=by or child.guardian, scope=child.scope, **told)


@step(Child, "enrol")
def enrol(store: Store, child: Child) -> Text:
    """With the household's card."""
    _give_card(child)
    return Text("接送卡 {number}", "card {number}").format(number=Card.get_by_id(child.card).number)


def _give_card(child: Child) -> None:
    """Brothers and sisters, told by the guardian and their telephone, share one."""
    same = (getattr(Child, name) == getattr(child, name) for name in ("guardian", "phone", "scope"))
    household = Child.select().where(*same, Child.card.is_null(False)).first()
    if household is not None:
        child.card = household.card
    elif child.card is None:
        child.card = Card.create(number=Card.number.draw(child.scope), scope=child.scope).id
    child.save()


@step(Child, "ask_again")
def asks_again(store: Store, child: Child) -> None:
    child.left_on = None


@step(Consent, "withdraw", audience=("leader", "self"), whose=Child)
def withdraw(store: Store, consent: Consent) -> Text:
    """What hung on it goes from every laptop at its next sync; to the data itself: the child is enrolled no more."""
    child = Child.get_or_none(Child.id == consent.child, Child.state != "left")
    if consent.kind == "data" and child is not None:
        store.edit(Child, {child.id: {"state": "left", "left_on": local_today(store)}})
    return _WITHDRAWN[consent.kind]


_WITHDRAWN = {
    "data": Text(
        "孩子已退出，资料按期限删去", "the child has left; what is known of it goes in time"
    ),
    "health": Text(
        "主机一小时内删去健康提示，各电脑下次同步时也删去",
        "the hub erases the note on health within the hour, each laptop with its next sync",
    ),
    "photo": Text("不再拍、不再公开", "no more photos are taken or published"),
}
