"""Where an offer and a want may stand, and the steps between."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

OFFER = Workflow(
    State("offered", Text("提供", "Offered")),
    State("matched", Text("对接", "Matched")),
    State("agreed", Text("约定", "Agreed"), needs=("agreed_on",)),
    State("failed", Text("未兑现", "Not kept"), needs=("why",)),
    # Behind an agreement: a donor who takes it back elsewhere is not given away here.
    State("withdrawn", Text("撤回", "Withdrawn"), needs=("why",)),
    # Behind a withdrawal, for what came is there.
    State("delivered", Text("兑现", "Delivered"), needs=("agreed_on",)),
    State("thanked", Text("致谢", "Thanked"), needs=("agreed_on",)),
    Transition("match", Text("对接", "Match"), "offered", "matched"),
    Transition(
        "agree",
        Text("约定", "Agree"),
        ("offered", "matched", "failed"),
        "agreed",
        asks=("due",),
        dated=("agreed_on",),
    ),
    Transition(
        "deliver",
        Text("兑现", "Deliver"),
        ("agreed", "delivered", "thanked"),
        "delivered",
        law=Text(
            "按捐赠人指定的用途（参照公益事业捐赠法 5、18）",
            "For what the donor meant it (after 公益事业捐赠法 5, 18)",
        ),
    ),
    Transition("thank", Text("致谢", "Thank"), "delivered", "thanked"),
    Transition("fail", Text("未兑现", "Not kept"), "agreed", "failed", usual=False),
    Transition(
        "withdraw",
        Text("撤回", "Withdraw"),
        ("offered", "matched", "agreed"),
        "withdrawn",
        usual=False,
    ),
)
GIVES = ("agreed", "delivered", "thanked")
"""States in which something of it may be given away."""
WANT = Workflow(
    State("open", Text("待对接", "Open")),
    State("closed", Text("不再需要", "Closed")),
    State("met", Text("已满足", "Met")),
    Transition("meet", Text("已满足", "Met"), "open", "met"),
    Transition("close", Text("不再需要", "Close"), "open", "closed", usual=False),
    Transition("ask_again", Text("再提出", "Ask again"), ("closed", "met"), "open", usual=False),
)
