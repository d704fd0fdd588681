"""To what a guardian consents, until when, and how it is withdrawn."""

from __future__ import annotations

from peewee import CharField, DateField

from hongxian import (
    FileField,
    Keep,
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
)

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
