"""An offer of a phone that is about a thing says of which, and never leaves who sends it without a word."""

from pathlib import Path

import pytest
from peewee import CharField

from hands import Hand
from hongxian import PhoneField, Record, Reference, Text, action
from hongxian_server.hub import Hub
from hongxian_testing.laptop import with_only
from samples import plugin


class Tool(Record):
    name = CharField()

    class Meta:
        collection = "tools.tool"
        scope = "community"


class Child(Record):
    name = CharField()
    phone = PhoneField(null=True)

    class Meta:
        collection = "tools.child"
        scope = "community"


ASKS = {
    "tool": Reference("tools.tool", verbose_name=Text("工具", "Tool")),
    "child": Reference("tools.child", verbose_name=Text("孩子", "Child"), null=True),
    "who": CharField(verbose_name=Text("姓名", "Name")),
}


@action(title=Text("想借", "Ask for it"), audience="public", asks=ASKS)
def ask(store: object, tool: str, child: str, who: str) -> str:
    return f"{who} {tool}"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    tools = plugin("tools", Tool, Child, ask=ask)
    return Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((tools,)))


def test_the_form_names_the_thing_that_the_way_there_has_filled_in_and_no_person(hub: Hub) -> None:
    with hub:
        tool = Tool.create(name="冲击钻")
        child = Child.create(name="示例·甲001")
    shown = Hand(hub).read("/do/tools.ask", tool=tool.id, child=child.id)
    assert "工具 冲击钻" in shown
    assert "示例·甲001" not in shown


def test_what_is_opened_without_the_thing_says_where_to_begin_and_asks_nothing(hub: Hub) -> None:
    shown = Hand(hub).read("/do/tools.ask")
    assert "请先找到您要的那一项" in shown
    assert "“工具”" in shown
    assert "姓名" not in shown


def test_an_error_of_what_nobody_types_is_told(hub: Hub) -> None:
    hand = Hand(hub)
    said = hand.do("tools.ask", tool="no-such-id", who="示例·甲001")
    assert hand.status == 400
    assert "工具" in said
