"""The access log of cases (人民调解法 15): every look at one on a laptop is kept with the case."""

from __future__ import annotations

from peewee import CharField, DateTimeField, IntegerField

from hongxian import Record, Reference, Store, Text, local_now
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import PAPERS

WAYS = (
    ("show", Text("查看", "Shown")),
    ("list", Text("列出", "Listed")),
    ("view", Text("看表", "In a view")),
    ("history", Text("看历史", "History")),
    ("export", Text("导出", "Exported")),
    ("print", Text("打印", "Printed")),
)
_CASES: tuple[type[Record], ...] = (Case, *PAPERS)
_LOGGED = {model._meta.collection: model for model in _CASES}


class Reading(Record):
    """Access log."""

    case = Reference(
        "mediation.case",
        verbose_name=Text("案件", "Case"),
        index=True,
        help_text=Text("看的哪件。", "The case."),
    )
    looked_at = CharField(
        verbose_name=Text("数据表", "Looked at"),
        max_length=40,
        help_text=Text("看的是哪一部分。", "The part of it that was looked at."),
    )
    record = CharField(
        verbose_name=Text("记录", "Record"),
        max_length=36,
        help_text=Text("哪一条。", "The record that was looked at."),
    )
    how = CharField(
        verbose_name=Text("方式", "How"),
        max_length=10,
        choices=WAYS,
        help_text=Text("查看、导出还是打印。", "Shown, exported or printed."),
    )
    at = DateTimeField(
        verbose_name=Text("时间", "At"), index=True, help_text=Text("什么时候。", "When it was.")
    )
    device = IntegerField(
        verbose_name=Text("电脑编号", "Device"),
        help_text=Text("在哪台电脑上。", "The device on which it was."),
    )
    person = CharField(
        verbose_name=Text("查阅人", "Person"),
        max_length=40,
        null=True,
        help_text=Text("知道是谁时填写。", "The person, where the laptop knows."),
    )

    class Meta:
        collection = "mediation.reading"
        scope = "circle"
        within = "case"
        confidential = True  # 人民调解法 15
        title = Text("查阅记录", "Access log")


def note_reading(store: Store, collection: str, id: str, how: str) -> None:
    """Write down that a case, or a part of one, was looked at on this laptop."""
    model = _LOGGED.get(collection)
    held = model.with_deleted().where(model.id == id).get_or_none() if model else None
    if held is not None and store.kind == "laptop":
        Reading.create(
            case=id if model is Case else held.case,
            looked_at=collection,
            record=id,
            how=how,
            at=local_now(store),
            device=store.writer().number,
        )
