"""The states of a person, and the steps between them."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

PERSON = Workflow(
    State("applied", Text("已申请", "Applied"), tone="wait"),
    State("consented", Text("已同意", "Consented")),
    State("active", Text("在队", "Active")),
    State("dormant", Text("暂停", "Dormant"), tone="rest"),
    State("left", Text("已离开", "Left")),
    Transition(
        "consent",
        Text("本人已同意", "They consent"),
        "applied",
        "consented",
        law=Text("个人信息保护法 13、14", "Personal Information Protection Law 13, 14"),
    ),
    Transition("join_in", Text("加入服务", "Begin to serve"), "consented", "active"),
    Transition("pause", Text("暂停", "Pause"), ("consented", "active"), "dormant", usual=False),
    Transition("come_back", Text("回来", "Come back"), "dormant", "active"),
    Transition(
        "leave",
        Text("离开", "Leave"),
        ("applied", "consented", "active", "dormant"),
        "left",
        usual=False,
    ),
    Transition("ask_again", Text("重新申请", "Ask again"), "left", "applied"),
)
"""Nobody serves against their will (志愿服务条例 7): a person says yes before they are asked to."""
