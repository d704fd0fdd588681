"""Where a fair and a stall stand."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

FAIR = Workflow(
    State("planned", Text("筹备", "Planned")),
    State("signing_up", Text("报名", "Signing up")),
    State("moved", Text("改期", "Put off"), needs=("reason",), tone="wait"),
    State("under_way", Text("进行", "Under way"), tone="now"),
    State("packing", Text("收摊", "Packing up"), tone="now"),
    State("called_off", Text("取消", "Called off"), needs=("reason",), tone="stop"),
    State("archived", Text("归档", "Archived"), tone="done"),
    Transition(
        "sign_up_begins", Text("开始报名", "Let people sign up"), ("planned", "moved"), "signing_up"
    ),
    Transition("begin", Text("开始", "Begin"), ("planned", "signing_up", "moved"), "under_way"),
    Transition("pack", Text("收摊", "Pack up"), "under_way", "packing"),
    Transition("archive", Text("归档", "Archive"), "packing", "archived"),
    Transition(
        "put_off",
        Text("改期", "Put off"),
        ("planned", "signing_up", "moved"),
        "moved",
        asks=("date", "reason"),
        usual=False,
    ),
    Transition(
        "call_off",
        Text("取消", "Call off"),
        ("planned", "signing_up", "moved", "under_way"),
        "called_off",
        usual=False,
    ),
)
STALL = Workflow(
    State("waiting", Text("待开", "To open")),
    State("open", Text("开", "Open"), tone="now"),
    State("full", Text("停号", "No more numbers"), tone="wait"),
    State("closed", Text("收", "Closed"), tone="done"),
    Transition("open", Text("开摊", "Open"), ("waiting", "full"), "open"),
    Transition("stop_numbers", Text("停号", "No more numbers"), "open", "full", usual=False),
    Transition("close", Text("收摊", "Close"), ("open", "full"), "closed"),
)
