"""The road of a case: the states that it may be in, and what 人民调解法 asks for to be there."""

from __future__ import annotations

from hongxian import State, Text, Transition, Workflow

OPEN = ("registered", "consented", "chosen", "in_session")
"""States of a case that has not come to its end."""
_CONSENTED = ("rights_told_on", "consented_on")
_CHOSEN = (*_CONSENTED, "chosen_on", "chosen_by", "mediators")
_IN_SESSION = (*_CHOSEN, "first_session")
_AGREED = (*_IN_SESSION, "agreed_on")


def _law(articles: str) -> Text:
    return Text(f"人民调解法 {articles}", f"Mediation Law, {articles}")


CASE = Workflow(
    State("registered", Text("已登记", "Registered")),
    State("consented", Text("各方同意", "Consented"), needs=_CONSENTED),
    State("chosen", Text("调解员已定", "Mediators chosen"), needs=_CHOSEN),
    State("in_session", Text("调解中", "In session"), needs=_IN_SESSION),
    State(
        "terminated",
        Text("已终止", "Terminated"),
        needs=("ended_on", "ended_because", "remedies_told"),
    ),
    State("agreed", Text("达成协议", "Agreed"), needs=_AGREED),
    State(
        "checked",
        Text("已查履行", "Performance checked"),
        needs=(*_AGREED, "checked_on", "performance"),
    ),
    State(
        "archived",
        Text("已归档", "Archived"),
        needs=("archived_on", "archive_number", "outcome"),
    ),
    Transition(
        "consent",
        Text("各方同意", "Record consent"),
        "registered",
        "consented",
        dated=_CONSENTED,
        law=_law("17, 23"),
    ),
    Transition(
        "choose",
        Text("选定调解员", "Choose mediators"),
        "consented",
        "chosen",
        dated=("chosen_on",),
        law=_law("19"),
    ),
    Transition(
        "hold",
        Text("调解记录", "Hold a session"),
        ("chosen", "in_session"),
        "in_session",
        law=_law("22"),
    ),
    Transition(
        "agree",
        Text("达成协议", "Agree"),
        "in_session",
        "agreed",
        dated=("agreed_on",),
        law=_law("28–30"),
    ),
    Transition(
        "check",
        Text("履行回访", "Check performance"),
        ("agreed", "checked"),
        "checked",
        law=_law("31"),
    ),
    Transition(
        "terminate",
        Text("终止调解", "Terminate"),
        OPEN,
        "terminated",
        dated=("ended_on",),
        law=_law("26"),
    ),
    Transition(
        "refuse",
        Text("一方拒绝", "Record a refusal"),
        OPEN,
        "terminated",
        dated=("ended_on",),
        law=_law("17, 26"),
    ),
    Transition(
        "archive",
        Text("归档", "Archive"),
        ("terminated", "checked"),
        "archived",
        asks=("archive_number",),
        dated=("archived_on",),
        law=_law("27"),
    ),
)
