"""Each look at what is known of a child is logged (未成年人网络保护条例 36), and lies where that lies."""

from __future__ import annotations

from peewee import CharField, DateTimeField, IntegerField

from hongxian import Keep, Lasting, Record, Store, Text, local_now
from hongxian_plugins.study_room.children import Adult, Child
from hongxian_plugins.study_room.consents import Consent
from hongxian_plugins.study_room.sealed import Accident, Caution, Health, child_field, watch_field


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


def note_look(store: Store, collection: str, id: str, how: str) -> None:
    """Write down that what is known of a child was looked at on this laptop."""
    model = _LOGGED.get(collection)
    if model is None or how not in _WAYS or store.kind != "laptop":
        return
    held = model.get_or_none(model.id == id)
    child = held and (held.id if model is Child else held.child)
    if child:
        told = {"child": child, "looked_at": collection, "record": id, "how": how}
        told |= {"at": local_now(store), "laptop": store.writer().number}
        if model in (Caution, Health, Accident):
            SealedLook.create(watch=held.watch, **told)
        else:
            Look.create(scope=held.scope, **told)
