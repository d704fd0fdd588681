"""A circle as a plugin asks for it: begun for a case, its laptops listed, others let in or out.

The hub lets in and out, when the wish reaches it; until then nothing changes hands.
"""

from __future__ import annotations

from hongxian.collections.builtin import CircleMember, Device, member_id
from hongxian.collections.store_protocol import present_store
from hongxian.model.circle import team_of_circle
from hongxian.model.record import Record

__all__ = [
    "begin_circle",
    "laptops_inside",
    "laptops_outside",
    "let_in",
    "let_out",
]


def begin_circle(team: str) -> str:
    """The scope of a circle that this laptop begins in a team (its scope) by the first record it writes there."""
    return present_store().writer().begin_circle(team)


def laptops_inside(record: Record) -> list[Device]:
    """The laptops of a record's circle, as the hub told; of one that it has not heard of yet none."""
    inside = {each.laptop for each in _members(record) if each.inside}
    return [each for each in _of_team(record) if each.laptop in inside]


def laptops_outside(record: Record) -> list[Device]:
    """The other laptops of the circle's team, which may be let in."""
    inside = {each.laptop for each in _members(record) if each.inside}
    own = present_store().writer().laptop
    return [each for each in _of_team(record) if each.laptop not in inside | {own}]


def let_in(record: Record, laptop: str) -> None:
    """Ask the hub to let a laptop of the team (its id) into a record's circle."""
    _ask(record, laptop, wanted=True)


def let_out(record: Record, laptop: str) -> None:
    """Ask the hub to let a laptop out of a record's circle: all of it leaves that laptop."""
    _ask(record, laptop, wanted=False)


def _members(record: Record) -> list[CircleMember]:
    return list(CircleMember.select().where(CircleMember.scope == record.scope))


def _of_team(record: Record) -> list[Device]:
    """One device for each laptop: the incarnation that began last."""
    team, newest = team_of_circle(record.scope), dict[str, Device]()
    for each in Device.select().where(Device.revoked == False).order_by(Device.id):  # noqa: E712
        if team in each.teams:
            newest[each.laptop] = each
    return list(newest.values())


def _ask(record: Record, laptop: str, *, wanted: bool) -> None:
    store, scope = present_store(), record.scope
    id = member_id(scope, laptop)
    if CircleMember.select().where(CircleMember.id == id).exists():
        store.edit(CircleMember, {id: {"wanted": wanted}})
    elif wanted:
        store.create(CircleMember, [{"id": id, "scope": scope, "laptop": laptop}])
