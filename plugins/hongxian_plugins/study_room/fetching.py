"""To whom a child may go: its own list first, who must not, and what is asked before anybody else takes it."""

from __future__ import annotations

from peewee import BooleanField

from hongxian import Reference, Refused, Text
from hongxian.records import Values
from hongxian.text import joined
from hongxian_plugins.study_room.children import Adult, Child
from hongxian_plugins.study_room.rooms import IS_OPEN, Day
from hongxian_plugins.study_room.sealed import Caution
from hongxian_plugins.study_room.visits import Visit

MUST_NOT = Text("不得由 {who} 接走", "not to {who}")
ASKED_GUARDIAN = BooleanField(
    verbose_name=Text("已问过监护人", "The guardian was asked"),
    default=False,
    help_text=Text("名单外的人来接，先打电话问。", "Call before somebody else takes the child."),
)


def of_the_list(visit: Visit | None, *, null: bool = False) -> Reference:
    """Who may fetch this child, and nobody else's; of any child where none is meant."""
    mine = _own(visit) if visit else []
    return Reference(
        "study_room.adult",
        verbose_name=Text("可接的人", "Who may fetch"),
        null=null,
        choices=[(each.id, _called(each)) for each in mine],
    )


def listed(visit: Visit, adult: str) -> Values:
    """Who fetches, by the list of this child; raises `Refused` for who is on that of another."""
    for each in _own(visit):
        if each.id == adult:
            return {"fetched_by": each.id, "out_to": _called(each)}
    raise Refused(
        "这个人不在{name}的名单上；别的人来接，用“其他”写明姓名和关系。",
        "That one is not on the list of {name}: write who it is under “Other”.",
        name=_name(visit),
    )


def taken_by(visit: Visit, adult: str | None, who: str | None, *, is_agreed: bool) -> Values:
    """Who fetches, of the list or with what the guardian said; raises `Refused` before anybody else goes with it."""
    named = [each.id for each in _own(visit) if who and who.strip() in (each.name, _called(each))]
    if adult or named:
        return listed(visit, adult or named[0])
    if who and is_agreed:
        return {"out_to": who}
    raise Refused(
        "{who}不在{name}的名单上：先打监护人电话，问过了写明是谁，在“已问过监护人”打勾，再交。",
        "{who} is not on the list of {name}: call the guardian, write who it is, tick that you asked.",
        who=who or Text("来接的人", "Whoever fetches"),
        name=_name(visit),
    )


def must_not(visit: Visit) -> Text | None:
    """On the laptops on duty, while it is open: to whom this child must not go, and what to do."""
    if not is_still_open(visit):
        return None
    found = [
        joined([MUST_NOT.format(who=each.who), *([Text.of(each.what)] if each.what else [])], _AND)
        for each in Caution.select().where(Caution.child == visit.child)
    ]
    return joined(found, _AND) if found else None


_AND = Text("；", "; ")


def is_still_open(visit: Visit) -> bool:
    """Whether its evening is not over: after it nobody need be told who must not fetch."""
    return bool(Day.select().where(Day.id == visit.day, Day.state.in_(IS_OPEN)).exists())


def _own(visit: Visit) -> list[Adult]:
    return list(Adult.select().where(Adult.child == visit.child).order_by(Adult.id))


def _called(adult: Adult) -> str:
    return f"{adult.relation} {adult.name}"


def _name(visit: Visit) -> str:
    child = Child.get_or_none(Child.id == visit.child)
    return str(child.name) if child else ""
