"""What waits for a person is told by the names that people gave, and once as news."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField

from command_line import Place
from hongxian import Claim, Record, Reference
from hongxian.collections.builtin import COMMUNITY
from hongxian.records import refused_among
from hongxian_client.cli.sync import _lines
from hongxian_client.replica.replica import Replica
from hongxian_client.text.names import ids_by_name
from meeting import Meeting, meeting
from samples import plugin


class Umbrella(Record):
    name = CharField(max_length=20)

    class Meta:
        collection = "rain.umbrella"
        scope = COMMUNITY


def others(key: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Any other umbrella."""
    for each in Umbrella.select().order_by(Umbrella.name):
        yield {"umbrella": each.id}


class Loan(Record):
    umbrella = Reference("rain.umbrella")
    title = CharField(max_length=20)

    class Meta:
        collection = "rain.loan"
        claims = [Claim("umbrella", near=others)]


FILE = """from hongxian import hookimpl
from test_attention_named import Loan, Umbrella

@hookimpl
def hongxian_collections():
    return [Umbrella, Loan]
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Meeting, Replica, Replica]]:
    with meeting(tmp_path, plugin("rain", Umbrella, Loan)) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east")


def lend(laptop: Replica, name: str, title: str) -> Loan:
    with laptop:
        return Loan.create(umbrella=Umbrella.get(Umbrella.name == name), title=title)


def place_of(laptop: Replica) -> Place:
    """The command line of a laptop that has the plugin as a file."""
    (laptop.folder / "plugins").mkdir(exist_ok=True)
    (laptop.folder / "plugins" / "rain.py").write_text(FILE)
    return Place(laptop.folder, "en")


def bumped(two: tuple[Meeting, Replica, Replica], *names: str) -> list[str]:
    """What the second laptop's terminal says once the first has lent 伞1 before it."""
    all_, first, second = two
    with first:
        for name in names:
            Umbrella.create(name=name)
    all_.sync()
    lend(first, "伞1", "示例·甲")
    lend(second, "伞1", "示例·乙")
    all_.sync(first, second)
    said: str = place_of(second)("attention").out
    return said.splitlines()


def test_attention_calls_records_by_their_names_in_the_ready_command_too(two) -> None:
    lines = bumped(two, "伞1", "伞2")
    _, _, second = two
    with second:
        late = Loan.get(Loan.title == "示例·乙")
        ids = ids_by_name(second.collection("rain.umbrella"), ["伞1", "伞2"])
    assert any("held by: rain.loan 示例·甲 " in line for line in lines)
    assert f"    hongxian edit rain.loan {late.id[-8:]} umbrella=伞2" in lines
    assert "    Umbrella: 伞1" in lines
    assert not [line for line in lines for [id] in ids.values() if id in line]
    place = place_of(second)
    place.json("edit", "rain.loan", late.id[-8:], "umbrella=伞2")
    assert place.json("attention") == []


def test_a_name_that_two_records_bear_is_no_word_of_a_ready_command(two) -> None:
    lines = bumped(two, "伞1", "伞2", "伞2")
    [command, *_] = [line for line in lines if "hongxian edit" in line]
    assert len(command.partition("umbrella=")[2]) == 36


def test_a_list_says_how_to_choose_by_a_field(two) -> None:
    place = place_of(two[1])
    said = place("list", "rain.loan", "title=示例·甲")
    assert (said.code, "write --where title=示例·甲" in said.err) == (2, True)
    assert (
        "请写 --where title=示例·甲"
        in place.reading("zh")("list", "rain.loan", "title=示例·甲").err
    )
    assert "--where" not in place("list", "rain.loan", "more").err


def test_a_plugin_leaves_out_what_was_bumped(two) -> None:
    bumped(two, "伞1", "伞2")
    _, first, second = two
    with second:
        [late] = refused_among(Loan.select())
        assert Loan.get_by_id(late).title == "示例·乙"
        assert refused_among(Umbrella.select()) == refused_among([]) == set()
    with first:
        assert refused_among(Loan.select()) == set()


def test_what_was_refused_before_is_not_told_as_refused_again(two) -> None:
    bumped(two, "伞1", "伞2")
    all_, _, second = two
    [again] = all_.sync(second)
    assert (again.refused, again.waiting) == (1, 1)
    said = [str(getattr(line, "en", line)) for line in _lines(again)]
    assert "1 still waits, refused before; see: hongxian attention" in said
    assert not [line for line in said if line.startswith("1 refused")]
