"""An offer may say itself whose it is: then it alone decides, on every road of the phone."""

from types import ModuleType
from typing import Any

import pytest
from peewee import BooleanField, CharField

import hongxian_plugins.roster as roster
from hands import Hand
from hongxian import (
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Viewer,
    Workflow,
    action,
    step,
    view,
)
from hongxian.shapes import Link, Table
from hongxian_plugins.roster import Person
from hongxian_testing.neighbourhood import Neighbourhood
from samples import plugin

DOOR = Workflow(
    State("shut", Text("关着", "Shut")),
    State("open", Text("开着", "Open")),
    Transition("unlock", Text("开门", "Unlock"), "shut", "open"),
)


class Door(Record):
    """Doors of which somebody has the key."""

    title = CharField(verbose_name=Text("名称", "Title"), max_length=20)
    state = StateField(DOOR)

    class Meta:
        collection = "doors.door"
        title = Text("门", "Doors")
        scope = "community"


class Key(Record):
    """Who has a key."""

    person = Reference("roster.person", verbose_name=Text("谁", "Who"))
    door = Reference("doors.door", verbose_name=Text("门", "Door"))
    lost = BooleanField(verbose_name=Text("丢了", "Lost"), default=False)

    class Meta:
        collection = "doors.key"
        title = Text("钥匙", "Keys")
        scope = "community"


def has_key(door: Any, viewer: Viewer) -> bool:
    """Of a door its key; of none any key."""
    mine = Key.select().where(Key.person == viewer.person, ~Key.lost)
    return bool((mine if door is None else mine.where(Key.door == door.id)).exists())


def doors() -> ModuleType:
    """A plugin whose doors are theirs who have a key."""
    made = plugin("doors", Door, Key)
    of_door = {"of": Door, "audience": ("leader", "self"), "theirs": has_key}

    @view(title=Text("那扇门", "The door"), **of_door)
    def stands(store: Any, door: Any) -> Table:
        return Table.listing(Door, [door], "title", "state")

    @action(title=Text("敲门", "Knock"), **of_door)
    def knock(store: Any, door: Any) -> Text:
        return Text("敲过{title}", "Knocked at {title}").format(title=door.title)

    @view(title=Text("我的门", "My doors"), audience="self", theirs=has_key)
    def mine(store: Any) -> Table:
        return Table([Text("门", "Door")], [[Link(each.title, Door, each.id)] for each in Door])

    @step(Door, "unlock", audience=("leader", "self"), theirs=has_key)
    def unlocks(store: Any, door: Any) -> None:
        """Whoever has the key."""

    for each in (stands, knock, mine, unlocks):
        vars(made)[each.__name__] = each
    return made


pytestmark = pytest.mark.plugins(roster, doors())


def test_what_says_whose_it_is_is_theirs_alone(neighbourhood: Neighbourhood) -> None:
    with neighbourhood.hub:
        one, other = (Person.create(name=f"示例·甲00{n}") for n in (1, 2))
        front, back = (Door.create(title=each) for each in ("前门", "后门"))
        Key.create(person=one, door=front)
    holder, stranger = Hand(neighbourhood.hub, one), Hand(neighbourhood.hub, other)
    assert holder.do("doors.knock", front.id) == "敲过前门"
    assert holder.do("doors.unlock", front.id) == "前门：开着"
    listed = holder.open("/view/doors.mine")
    assert f"/of/doors.door/{front.id}" in listed, "leads to what is theirs"
    assert f"/of/doors.door/{back.id}" not in listed
    assert "我的门" in holder.open("/all")
    for hand, door in ((holder, back), (stranger, front)):
        for path in (f"/of/doors.door/{door.id}", f"/do/doors.knock/{door.id}"):
            hand.open(path)
            assert hand.status == 404, path
    assert "我的门" not in stranger.open("/all")
    stranger.open("/view/doors.mine")
    assert stranger.status == 404
    with neighbourhood.hub:
        Key.update(lost=True).execute()
    assert holder.do("doors.unlock", back.id) == ""
