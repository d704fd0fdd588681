"""The steps of a finding, as a digital city management has them: 发现 受理 派单 处置 反馈 复查 结案."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

SETTLED = ("returned", "closed")
IN_WORK = ("accepted", "shelved", "assigned", "handling", "passed", "answered")

FINDING = Workflow(
    State("found", Text("发现", "Found"), tone="wait"),
    State("accepted", Text("受理", "Accepted"), tone="plan"),
    State("returned", Text("退回", "Not ours"), needs=("why",), tone="rest"),
    State("shelved", Text("挂账", "Shelved"), needs=("why",), tone="rest"),
    State("assigned", Text("派单", "Assigned"), needs=("fixer",), tone="plan"),
    State("handling", Text("处置", "Handling"), needs=("fixer",), tone="now"),
    State("passed", Text("转交", "Passed on"), needs=("outside_to", "outside_no"), tone="now"),
    State("answered", Text("反馈，待复查", "Answered"), needs=("fixed_by",), tone="wait"),
    State("closed", Text("结案", "Closed"), needs=("rechecked_by",), tone="done"),
    Transition("accept", Text("受理", "Accept"), ("found", "returned"), "accepted"),
    Transition("assign", Text("派单", "Assign"), ("accepted", "shelved"), "assigned"),
    Transition("handle", Text("开始处置", "Handle"), "assigned", "handling", usual=False),
    Transition(
        "answer",
        Text("反馈", "Answer"),
        ("assigned", "handling"),
        "answered",
        asks=("after", "result"),
        dated=("fixed_on",),
    ),
    Transition(
        "recheck",
        Text("复查合格，结案", "Rechecked: close"),
        "answered",
        "closed",
        dated=("rechecked_on",),
    ),
    Transition(
        "not_yet", Text("复查不合格", "Not right yet"), "answered", "assigned", asks=("why",)
    ),
    Transition("give_back", Text("退回", "Not ours"), ("found", "accepted"), "returned"),
    Transition(
        "shelve",
        Text("挂账", "Shelve"),
        ("accepted", "assigned", "handling"),
        "shelved",
        usual=False,
    ),
    Transition(
        "pass_on",
        Text("转交", "Pass on"),
        ("accepted", "shelved", "assigned", "handling"),
        "passed",
        usual=False,
        law=Text(
            "消防法 28：占用通道由有权的部门处理", "Fire Law, 28: who has the power sees to it"
        ),
    ),
    Transition("take_back", Text("收回自办", "Take back"), "passed", "assigned", usual=False),
    Transition(
        "heard",
        Text("对方办结，已复查", "Settled outside"),
        "passed",
        "closed",
        asks=("result",),
        dated=("rechecked_on",),
    ),
)
"""To be passed on and to be answered are ways that part: who does the one while another does the other sees both."""
