"""How what few may know is written down; and each look at what is known of a child (未成年人网络保护条例 36)."""

from __future__ import annotations

from peewee import CharField, DateTimeField, IntegerField

from hongxian import Keep, Lasting, Record, Store, Text, local_now, local_today
from hongxian.entries import entry
from hongxian.records import Value, asked_as, present_store, team_for
from hongxian_plugins.study_room.children import Adult, Child
from hongxian_plugins.study_room.enrol import Consent
from hongxian_plugins.study_room.sealed import (
    Accident,
    Caution,
    Harm,
    Health,
    Vetting,
    Watch,
    child_field,
    watch_field,
)


def _watch(child: str | None = None) -> str:
    """The circle on duty that this laptop is of; begun where there is none, in the child's team."""
    found = Watch.select().order_by(Watch.id).first()
    if found is None:
        like = Child.get_by_id(child).scope if child else None
        found = Watch.create(title="学习室值守", scope=team_for(present_store(), like=like))
    return str(found.id)


@entry(
    makes=Caution,
    title=Text("谁不得接走", "Who must not fetch"),
    icon="shield-lock",
    asks=[Caution.child, Caution.who, Caution.what],
)
def new_caution(store: Store, child: str, **told: Value) -> Text:
    """On the laptops on duty alone."""
    with store.transaction():
        Caution.create(watch=_watch(child), child=child, **told)
    return Text("已记下，只在值守电脑上", "Written, on the laptops on duty alone")


@entry(
    makes=Health,
    title=Text("健康提示", "Note on health"),
    icon="heart-pulse",
    asks=[
        Health.child,
        Health.note,
        Consent.by,
        asked_as(Consent.date, default=local_today),
        Consent.scan,
    ],
    parts={"by": Text("健康提示另行同意（个人信息保护法 29）", "A consent of its own (PIPL 29)")},
)
def new_health(store: Store, child: str, note: str, **told: Value) -> Text:
    """With the consent of its own, or not at all."""
    with store.transaction():
        Consent.create(child=child, kind="health", scope=Child.get_by_id(child).scope, **told)
        Health.create(watch=_watch(child), child=child, note=note)
    return Text("已封存，只在值守电脑上", "Sealed, on the laptops on duty alone")


@entry(
    makes=Accident,
    title=Text("意外登记", "Accident"),
    icon="bandaid",
    asks=[
        Accident.child,
        Accident.at,
        Accident.what,
        Accident.done,
        Accident.guardian_told,
        Accident.reported_to,
    ],
)
def new_accident(store: Store, child: str | None, **told: Value) -> Text:
    """What happened, and whether the guardian knows."""
    with store.transaction():
        Accident.create(watch=_watch(child), child=child, **told)
    return Text("已登记", "Written down")


@entry(
    makes=Vetting,
    title=Text("入职查询", "Check of staff"),
    icon="shield-lock",
    asks=[Vetting.person, Vetting.date, Vetting.fit, Vetting.until],
)
def new_vetting(store: Store, **told: Value) -> Text:
    """Yes or no, and until when."""
    with store.transaction():
        Vetting.create(watch=_watch(), **told)
    return Text("已记下", "Written")


@entry(
    makes=Harm,
    title=Text("疑似受到伤害：马上报告", "Suspected harm: report at once"),
    icon="exclamation-triangle",
    asks=[Harm.child, Harm.what, Harm.at, Harm.reported_to, Harm.reported_at],
)
def new_harm(store: Store, **told: Value) -> Text:
    """For the keeper's eyes; after the next sync nothing of it is left on this laptop."""
    Harm.create(**told)
    return Text(
        "已封存，交社区管理员；同步后这台电脑上不留。不要再问孩子，不要告诉别人。",
        "Sealed for the keeper; after the sync nothing stays on this laptop. Do not question the child; tell nobody.",
    )


# -- looks ---------------------------------------------------------------------------------------------


class _Look(Record):
    """One look at what is known of a child (未成年人网络保护条例 36)."""

    child = child_field()
    looked_at = CharField(
        verbose_name=Text("数据表", "Looked at"),
        max_length=40,
        help_text=Text("看的是哪一部分。", "Which part."),
    )
    record = CharField(
        verbose_name=Text("记录", "Record"),
        max_length=36,
        help_text=Text("哪一条。", "Which record."),
    )
    how = CharField(
        verbose_name=Text("方式", "How"),
        max_length=10,
        help_text=Text("查看、导出还是打印。", "Shown, exported or printed."),
    )
    at = DateTimeField(
        verbose_name=Text("时间", "At"), index=True, help_text=Text("什么时候。", "When.")
    )
    laptop = IntegerField(
        verbose_name=Text("电脑编号", "Laptop"), help_text=Text("在哪台电脑上。", "On which.")
    )


class Look(_Look):
    """Looks at children."""

    class Meta:
        collection = "study_room.look"
        title = Text("查阅记录", "Looks")
        menu = False
        confidential = True
        keep = Keep(until="child")
        lasting = Lasting(stays="all", instead=Text("它只增不减", "it only grows"))


class SealedLook(_Look):
    """Looks at what is sealed."""

    watch = watch_field()

    class Meta:
        collection = "study_room.sealed_look"
        title = Text("查阅记录（值守）", "Looks, sealed")
        menu = False
        scope = "circle"
        within = "watch"
        confidential = True
        keep = Keep(until="child")
        lasting = Lasting(stays="all", instead=Text("它只增不减", "it only grows"))


_LOGGED: dict[str, type[Record]] = {
    each._meta.collection: each for each in (Child, Adult, Consent, Caution, Health, Accident)
}
_WAYS = ("show", "history", "export", "print")


def note_looks(store: Store, collection: str, ids: list[str], how: str) -> None:
    """Write down that what is known of children was looked at on this laptop."""
    model = _LOGGED.get(collection)
    if model is None or how not in _WAYS or store.kind != "laptop":
        return
    for held in model.select().where(model.id.in_(ids)):
        child = held.id if model is Child else held.child
        told = {"child": child, "looked_at": collection, "record": held.id, "how": how}
        told |= {"at": local_now(store), "laptop": store.writer().number}
        if model in (Caution, Health, Accident):
            SealedLook.create(watch=held.watch, **told)
        else:
            Look.create(scope=held.scope, **told)
