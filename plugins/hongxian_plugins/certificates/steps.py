"""The states of a certificate, a star and an objection, and the steps between them."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

CERTIFICATE = Workflow(
    State("asked", Text("申请", "Asked for")),
    State("checking", Text("核对", "Being checked")),
    State("declined", Text("不予出具", "Declined"), needs=("why",), tone="stop"),
    State("issued", Text("已出具", "Issued"), tone="done"),
    State("revoked", Text("已作废", "Revoked"), needs=("why",), tone="stop"),
    Transition("check", Text("核对", "Check"), "asked", "checking"),
    Transition(
        "issue",
        Text("出具", "Issue"),
        "checking",
        "issued",
        law=Text("民政部令第67号 15、26 条", "Order 67, arts. 15 and 26"),
    ),
    Transition(
        "decline", Text("不予出具", "Decline"), ("asked", "checking"), "declined", usual=False
    ),
    Transition("revoke", Text("作废", "Revoke"), "issued", "revoked", usual=False),
)
"""Of two laptops of which one declines and one issues, the paper that is out stands, and a conflict is shown."""

STAR = Workflow(
    State("proposed", Text("已申报", "Proposed")),
    State("not_awarded", Text("未评定", "Not awarded")),
    State("awarded", Text("已评定", "Awarded"), needs=("awarded_by",), tone="done"),
    Transition(
        "award",
        Text("评定", "Award"),
        ("proposed", "not_awarded"),
        "awarded",
        dated=("awarded_on",),
        law=Text("民政部令第67号 10 条：时间和质量", "Order 67, art. 10: by time and quality"),
    ),
    Transition("not_award", Text("未评定", "Not awarded"), "proposed", "not_awarded", usual=False),
)

OBJECTION = Workflow(
    State("raised", Text("提出", "Raised")),
    State("verified", Text("核实", "Looked into")),
    State("explained", Text("已说明", "Explained"), needs=("answer",), tone="done"),
    State("corrected", Text("已更正", "Corrected"), needs=("answer",), tone="done"),
    Transition("verify", Text("核实", "Look into it"), "raised", "verified"),
    Transition(
        "correct",
        Text("更正", "Correct"),
        ("raised", "verified"),
        "corrected",
        dated=("answered_on",),
        law=Text("民政部令第67号 13 条", "Order 67, art. 13"),
    ),
    Transition(
        "explain",
        Text("说明", "Explain"),
        ("raised", "verified"),
        "explained",
        dated=("answered_on",),
        usual=False,
    ),
)
