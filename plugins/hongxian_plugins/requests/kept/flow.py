"""The road of a request: from the report to the file, and what may come between."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

OPEN = ("reported", "accepted", "dispatched", "taken", "waiting", "working", "passed", "bounced")
"""States in which the resident still waits for us."""
AT_THE_DISPATCHER = ("reported", "accepted", "bounced")
AT_A_TEAM = ("dispatched", "taken", "waiting", "working")
ANSWERED = ("done", "rated", "rejected", "archived")

REQUEST = Workflow(
    State("reported", Text("已报", "Reported")),
    State("accepted", Text("已受理", "Accepted")),
    State("dispatched", Text("已派单", "Dispatched"), needs=("team",)),
    State("taken", Text("已接单", "Taken")),
    State("waiting", Text("挂起", "On hold"), needs=("reason",), tone="wait"),
    State("working", Text("处置中", "Under way")),
    State("passed", Text("已转办", "Passed on"), tone="wait"),
    State("rejected", Text("不予受理", "Not ours"), needs=("reason", "responsible"), tone="rest"),
    State("done", Text("已办结", "Done"), needs=("result",)),
    State("rated", Text("已评价", "Rated"), needs=("rating",)),
    State("archived", Text("已归档", "Filed")),
    # The last place: a return that somebody had not seen is not lost behind what they closed.
    State("bounced", Text("退单", "Sent back"), needs=("reason",), tone="stop"),
    Transition("accept", Text("受理", "Accept"), "reported", "accepted"),
    Transition(
        "dispatch", Text("派单", "Dispatch"), ("reported", "accepted", "bounced"), "dispatched"
    ),
    Transition("take", Text("接单", "Take it"), ("accepted", "dispatched"), "taken"),
    Transition("begin", Text("出发处置", "Set out"), "taken", "working"),
    Transition("finish", Text("办结", "Done"), OPEN, "done"),
    Transition("rate", Text("评价", "Rate"), "done", "rated"),
    Transition(
        "archive",
        Text("归档", "File"),
        ("rated", "done", "rejected"),
        "archived",
        dated=("archived_on",),
    ),
    Transition(
        "reject",
        Text("不予受理", "Not ours"),
        ("reported", "accepted", "bounced"),
        "rejected",
        usual=False,
    ),
    Transition(
        "bounce",
        Text("退单", "Send back"),
        ("dispatched", "taken", "working"),
        "bounced",
        usual=False,
    ),
    Transition(
        "redispatch",
        Text("转派", "Give to another team"),
        ("dispatched", "taken", "working"),
        "dispatched",
        usual=False,
    ),
    Transition(
        "pass_on",
        Text("转办", "Pass on"),
        ("reported", "accepted", "dispatched", "taken", "working", "bounced"),
        "passed",
        usual=False,
    ),
    Transition("hold", Text("挂起", "Put on hold"), ("taken", "working"), "waiting", usual=False),
    Transition("resume", Text("继续", "Go on"), "waiting", "working", usual=False),
    Transition(
        "reopen",
        Text("重开", "Reopen"),
        ("done", "rated", "rejected", "archived"),
        "accepted",
        usual=False,
    ),
)
