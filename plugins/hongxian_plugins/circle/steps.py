"""The states of a venue and of a reader's report, and the steps between them."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

VENUE_STEPS = Workflow(
    State("draft", Text("草稿", "Draft"), tone="plan"),
    State("open", Text("开放", "Open"), needs=("hours",), tone="done"),
    State("paused", Text("暂停", "Paused"), tone="wait"),
    State("closed", Text("关闭", "Closed"), tone="rest"),
    Transition("publish", Text("开放", "Open it"), "draft", "open"),
    Transition(
        "pause", Text("暂停", "Pause"), "open", "paused", asks=("back_on", "note"), usual=False
    ),
    Transition("resume", Text("恢复", "Resume"), ("paused", "closed"), "open"),
    Transition(
        "close",
        Text("关闭", "Close"),
        ("draft", "open", "paused"),
        "closed",
        asks=("note",),
        usual=False,
    ),
)

WRONG_STEPS = Workflow(
    State("told", Text("待核实", "To look into"), tone="wait"),
    State("mended", Text("已改正", "Put right"), tone="done"),
    State("right", Text("原来是对的", "It was right"), tone="rest"),
    Transition("mend", Text("改好了", "Put right"), "told", "mended", dated=("settled_on",)),
    Transition("leave", Text("原来是对的", "It was right"), "told", "right", dated=("settled_on",)),
)
