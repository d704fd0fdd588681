"""Quotas on the command line: how much there is, how much of it is here, and who has the rest."""

from pathlib import Path

import pytest

from command_line import Place, joined, new_hub, serving

SHELF = '''
"""Bottles."""
from hongxian import QuotaField, Record, Refused, Text, hookimpl, rule
from peewee import CharField, IntegerField

class Shelf(Record):
    """Shelf."""
    name = CharField(max_length=20)
    stock = QuotaField(unit="瓶")

    class Meta:
        collection = "shelf.shelf"
        scope = "community"

class Roll(Record):
    """Roll of tickets."""
    first = IntegerField(verbose_name="起始号")
    tickets = QuotaField(unit="张", deal="kept")

    class Meta:
        collection = "shelf.roll"
        scope = "community"
        claims = [("first",)]

@hookimpl
def hongxian_collections():
    return [Shelf, Roll]

@rule(of=Roll)
def is_not_unlucky(roll, before, seen):
    if roll.first == 13:
        raise Refused(Text("起始号：不吉利。", "First: unlucky."))
'''


def place(folder: Path) -> Path:
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "shelf.py").write_text(SHELF, "utf-8")
    return folder


def test_a_quota_is_granted_spent_passed_on_and_never_overdrawn(tmp_path: Path) -> None:
    hub = new_hub(place(tmp_path / "hub"), "东队", "西队")
    with serving(hub) as url:
        first, second = (
            joined(hub, url, place(tmp_path / name), team)
            for name, team in (("甲机", "东队"), ("乙机", "西队"))
        )
        assert first("sync").code == second("sync").code == 0
        shelf = first("--json", "add", "shelf.shelf", "name=水", "stock=3").json["id"]
        assert first("--json", "quota", "spend", "shelf.shelf", shelf, "1").json["left"] == 2
        short = first("quota", "spend", "shelf.shelf", shelf, "5")
        assert short.code == 1
        assert "2" in short.err
        assert "甲机" not in short.err  # the rest is what others hold
        assert first("quota", "give-back", "shelf.shelf", shelf, "1").code == 0
        assert first("quota", "grant", "shelf.shelf", shelf, "7").code == 0
        assert first("quota", "pass", "shelf.shelf", shelf, "4", "--to", "乙机").code == 0
        assert first("sync").code == second("sync").code == 0
        [told] = second("--json", "quota", "list").json
        assert (told["left"], told["granted"]) == (10, 10)
        assert told["unit"] == {"zh": "瓶", "en": "瓶"}
        assert told["here"] >= 4
        assert sum(each["amount"] for each in told["holders"]) == 10
        assert "乙机" in second("quota", "list", "shelf.shelf").out
        roll = first("--json", "add", "shelf.roll", "first=51", "tickets=50").json["id"]
        assert first("sync").code == second("sync").code == 0
        assert second("quota", "ask", "shelf.roll", roll, "20").code == 0
        for each in (second, first, second):
            assert each("sync").code == 0
        [told] = second("--json", "quota", "list", "shelf.roll").json
        assert told["here"] == 20


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["quota", "spend", "shelf.shelf", "{id}", "0"], 1, "positive whole number"),
        (["quota", "spend", "shelf.shelf", "{id}", "-1"], 1, "positive whole number"),
        (["quota", "spend", "shelf.shelf", "{id}", "1.5"], 2, "1.5"),
        (["quota", "spend", "shelf.shelf", "{id}", "1", "--field", "name"], 2, "stock"),
        (["quota", "pass", "shelf.shelf", "{id}", "1", "--to", "nobody"], 1, "nobody"),
        (["edit", "shelf.shelf", "{id}", "stock=7"], 1, "hongxian quota"),
        (["add", "shelf.shelf", "name=水", "stock=-3"], 1, "positive whole number"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    laptop: tuple[Place, str], words: list[str], code: int, said: str
) -> None:
    place, id = laptop
    given = [word.replace("{id}", id) for word in words]
    answer = place(*given)
    assert answer.code == code
    assert said in answer.err + place.reading("en")(*given).err
    [told] = place("--json", "quota", "list").json
    assert told["left"] == 3


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, str]:
    folder = tmp_path_factory.mktemp("quota")
    hub = new_hub(place(folder / "hub"), "东队")
    with serving(hub) as url:
        laptop = joined(hub, url, place(folder / "laptop"), "东队")
    return laptop, laptop("--json", "add", "shelf.shelf", "name=水", "stock=3").json["id"]


def test_what_has_no_name_is_listed_by_its_key_and_a_plugins_refusal_is_told_once(
    tmp_path: Path,
) -> None:
    hub = new_hub(place(tmp_path / "hub"), "东队")
    with serving(hub) as url:
        laptop = joined(hub, url, place(tmp_path / "甲机"), "东队")
        assert laptop("add", "shelf.roll", "first=51", "tickets=50").code == 0
        assert "起始号 51" in laptop("quota", "list").out
        refused = laptop("add", "shelf.roll", "first=13", "tickets=50")
        assert (refused.code, refused.err.count("不吉利")) == (1, 1)
