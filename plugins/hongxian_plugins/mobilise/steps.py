"""The states of a report, a call and a presence, and the steps between them."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

REPORT = Workflow(
    State("reported", Text("已报到", "Reported"), tone="wait"),
    State("accepted", Text("已接收", "Accepted")),
    State("claimed", Text("已认领", "Claimed"), needs=("need",), tone="now"),
    State("fed_back", Text("已反馈", "Fed back"), tone="done"),
    State("moved_out", Text("已转出", "Moved out"), tone="rest"),
    Transition("accept", Text("接收", "Accept"), "reported", "accepted", asks=("opinion",)),
    Transition("claim", Text("认领需求", "Claim a need"), ("accepted", "fed_back"), "claimed"),
    Transition("feed_back", Text("记下已反馈", "Fed back"), ("accepted", "claimed"), "fed_back"),
    Transition(
        "move_out",
        Text("转出", "Move out"),
        ("reported", "accepted", "claimed", "fed_back"),
        "moved_out",
        dated=("left_on",),
        usual=False,
    ),
    Transition("report_again", Text("重新报到", "Report again"), "moved_out", "reported"),
)
CALL = Workflow(
    State("draft", Text("拟", "Draft")),
    State("published", Text("已发布", "Published"), needs=("platform_no",), tone="wait"),
    State("assembling", Text("集结", "Assembling"), needs=("platform_no",), tone="now"),
    State("on", Text("在岗", "At post"), needs=("platform_no",), tone="now"),
    State("lifted", Text("已解除", "Lifted"), tone="wait"),
    State("closed", Text("已小结", "Summed up"), needs=("summary",), tone="done"),
    Transition(
        "publish",
        Text("发布", "Publish"),
        "draft",
        "published",
        law=Text(
            "志愿服务条例 17、24；许多保险只保已上平台的活动",
            "Volunteer Service Regulations 17, 24; many policies pay only for what is on the platform",
        ),
    ),
    Transition("assemble", Text("集结", "Assemble"), "published", "assembling"),
    Transition("take_posts", Text("全体上岗", "Take posts"), ("published", "assembling"), "on"),
    Transition("lift", Text("解除", "Lift"), ("published", "assembling", "on"), "lifted"),
    Transition("resume", Text("再集结", "Assemble again"), "lifted", "assembling", usual=False),
    Transition("sum_up", Text("小结", "Sum up"), "lifted", "closed"),
)
"""A call is on the city's platform before anybody is called by it."""
PRESENCE = Workflow(
    State("called", Text("应召", "Answered"), tone="plan"),
    State("arrived", Text("到达", "Arrived"), needs=("arrived",), tone="wait"),
    State("at_post", Text("在岗", "At post"), needs=("arrived", "post"), tone="now"),
    State("released", Text("离岗", "Released"), needs=("arrived", "released"), tone="done"),
    Transition("arrive", Text("到达", "Arrived"), "called", "arrived"),
    Transition("take_post", Text("上岗", "At post"), ("called", "arrived"), "at_post"),
    Transition("release", Text("离岗", "Released"), ("arrived", "at_post"), "released"),
    Transition("back_at_post", Text("还在岗", "Still there"), "released", "at_post", usual=False),
)
OPEN = ("arrived", "at_post")
"""Somebody is there."""
LIVE = ("called", *OPEN)
"""Somebody holds a place."""
