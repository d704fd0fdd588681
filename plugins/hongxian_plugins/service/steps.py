"""The states of an activity, and the steps between them."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

ACTIVITY = Workflow(
    State("planned", Text("计划中", "Planned")),
    State("open", Text("报名中", "Open")),
    State("under_way", Text("进行中", "Under way")),
    State("closed", Text("已结束", "Closed"), tone="done"),
    State("confirmed", Text("已确认", "Confirmed")),
    Transition("open_up", Text("开始报名", "Open for sign-up"), "planned", "open"),
    Transition("begin", Text("开始活动", "Begin"), ("planned", "open"), "under_way"),
    Transition("close", Text("结束", "Close"), ("planned", "open", "under_way"), "closed"),
    Transition("go_on", Text("继续", "Go on"), "closed", "under_way"),
    Transition("confirm", Text("确认", "Confirm"), "closed", "confirmed"),
)
"""An activity may be entered when it is over; what was confirmed stays so."""
