"""The states of a booking and of a queue slip, and the steps between them."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

HAS_PLACE = ("slotted", "done", "called_back")
"""States in which a booking has a place that nobody else may have."""
OVER = ("called_back", "cancelled", "no_show")
"""States in which nothing is owed to the resident any more."""
_PLACE = ("day", "slot")

BOOKING = Workflow(
    State("requested", Text("已提出", "Requested")),
    State("verified", Text("已核实", "Verified")),
    State("slotted", Text("已排位", "Slotted"), needs=_PLACE),
    State("no_show", Text("没有来", "No-show")),
    State("cancelled", Text("已取消", "Cancelled"), needs=("cancel_reason",)),
    # Behind a cancellation, for work that was done outlives one that had not seen it.
    State("done", Text("已完成", "Done"), needs=(*_PLACE, "materials")),
    State("called_back", Text("已回访", "Called back"), needs=(*_PLACE, "materials")),
    Transition("verify", Text("核实", "Verify"), "requested", "verified"),
    Transition(
        "slot",
        Text("排位（第一个空位）", "Give the first free place"),
        ("verified", "slotted"),
        "slotted",
    ),
    Transition(
        "done",
        Text("完成", "Done"),
        "slotted",
        "done",
        asks=("materials", "result", "donor"),
        law=Text(
            "志愿服务条例第二十一条：不收钱",
            "Nothing is paid (Regulations on Voluntary Service, 21)",
        ),
    ),
    Transition("call_back", Text("回访", "Call back"), "done", "called_back", asks=("callback",)),
    Transition("no_show", Text("没有来", "No-show"), "slotted", "no_show"),
    Transition(
        "cancel",
        Text("取消", "Cancel"),
        ("requested", "verified", "slotted"),
        "cancelled",
        asks=("cancel_reason",),
    ),
    Transition("ask_again", Text("重新提出", "Ask again"), "cancelled", "requested"),
    Transition("book_again", Text("重新约", "Book again"), "no_show", "verified"),
)

SLIP = Workflow(
    State("taken", Text("已取号", "Taken")),
    State("called", Text("已叫号", "Called")),
    State("serving", Text("正在磨", "Serving")),
    State("skipped", Text("过号", "Skipped")),
    State("at_home", Text("转上门", "Turned into a home visit")),
    State("done", Text("已完成", "Done")),
    Transition("call", Text("叫号", "Call"), "taken", "called"),
    Transition("serve", Text("开始磨", "Serve"), "called", "serving"),
    Transition("finish", Text("磨好", "Done"), "serving", "done"),
    Transition("skip", Text("过号", "Pass over"), ("taken", "called"), "skipped"),
    Transition("call_again", Text("再叫", "Call again"), "skipped", "called"),
    Transition(
        "visit_at_home",
        Text("转上门", "Turn into a home visit"),
        ("called", "serving"),
        "at_home",
    ),
)
