"""What plugins offer beyond records: done, looked at and printed, and broken by nobody else's fault."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from command_line import Place, speaks
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_testing.laptop import open_laptop
from places import DOCS, EXAMPLES

LENDING = EXAMPLES / "offers" / "lending.py"
BREAKING = '''
"""Breaks at whatever it is asked."""
from hongxian import action, view
from hongxian.shapes import Table
from peewee import CharField, FloatField

@action(title="写一半")
def write(store):
    loan = store.collection("lending.loan").model
    loan.create(tool="whole", borrower="示例·甲001")
    with store.transaction():
        loan.create(tool="half", borrower="示例·甲001")
        raise KeyError("half-way")

@action(title="不合", of="lending.loan", when=lambda loan: loan.no_such_field)
def unfit(store, loan):
    pass

@action(title="说", asks={"what": CharField(verbose_name="什么", choices=[("a", "甲"), ("b", "乙")])})
def tell(store, what):
    return {"what": what, "n": [1, 2]}

@action(title="没有这表", of="lending.such")
def where(store, such):
    pass

@action(title="没有这插件", of="no.such")
def waits(store, such):
    pass

@action(title="小数", asks={"half": FloatField()})
def half(store, half):
    pass

@view(title="不齐")
def uneven(store):
    return Table(["a", "b"], [[1]])

@view(title="没有")
def none(store):
    pass
'''
TWICE = """
from hongxian import action

def named():
    @action(title="先到")
    def same(store):
        return "first"
    return same

first = named()
second = named()
"""
READING = """
from hongxian import hookimpl
from hongxian.records import present_store
from places import EXAMPLES

@hookimpl
def hongxian_records_were_read(store, collection, ids, how):
    with (store.folder / "read.txt").open("a", encoding="utf-8") as file:
        for id in ids:
            print(how, collection, id, file=file)
    raise RuntimeError("broken while told")
"""


KINDS = """
from datetime import date
from hongxian import MembersField, Reference, view
from hongxian.shapes import Table
from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TimeField

ASKS = {
    "day": DateField(default=lambda: date(2026, 1, 1)),
    "hour": TimeField(null=True),
    "moment": DateTimeField(null=True),
    "ready": BooleanField(default=False),
    "number": IntegerField(null=True),
    "skills": MembersField(),
    "person": Reference("roster.person", null=True),
    "word": CharField(null=True, max_length=4),
}

@view(title="各种", asks=ASKS)
def every(store, **values):
    return Table(["name", "value"], [[n, repr(v)] for n, v in values.items()])
"""


@pytest.fixture
def desk(tmp_path: Path) -> Place:
    """A laptop with the lending desk of the manual."""
    return laptop_with(tmp_path / "laptop")


def laptop_with(folder: Path, community: str = "示例社区", **plugins: str) -> Place:
    (folder / "plugins").mkdir(parents=True)
    shutil.copy(LENDING, folder / "plugins")
    for name, text in plugins.items():
        (folder / "plugins" / f"{name}.py").write_text(text, "utf-8")
    replica = open_laptop(folder)
    with replica, replica.upkeep(), LaptopState.changing() as state:
        state.community = community
    return Place(folder)


def lend(desk: Place, tool: str = "磨刀石", **values: str) -> str:
    words = [f"{name}={value}" for name, value in {"due": "2026-01-05", **values}.items()]
    return desk.json("add", "lending.loan", f"tool={tool}", "borrower=示例·甲001", *words)["id"]


def test_an_action_is_done_to_the_record_that_is_named_with_what_is_asked_for(desk: Place) -> None:
    id = lend(desk)
    assert "2026-01-08" in desk("do", "lending.extend", id[-8:], "days=3").out
    assert "2026-01-15" in desk.json("do", "lending.extend", id)["zh"]  # seven days unless told
    assert desk.json("show", "lending.loan", id)["due"] == "2026-01-15"


def test_offers_are_listed_and_tell_what_they_ask_for(desk: Place) -> None:
    for words, name in (
        ("do", "lending.extend"),
        ("view", "lending.overdue"),
        ("print", "lending.slip"),
    ):
        assert name in [each["name"] for each in desk.json(words)]
        assert name in desk(words).out
        assert name in desk(words, name, "--ask").out
    [days] = desk.json("do", "lending.extend", "--ask")["asks"]
    assert (days["name"], days["kind"], days["required"]) == ("days", "int", False)
    assert "天数" in desk("do", "lending.extend", "--ask").out


def test_a_view_is_a_table_and_its_dates_are_dates(desk: Place) -> None:
    late, _ = lend(desk), lend(desk, "梯子", due="2026-02-01")
    told = desk.json("view", "lending.overdue", "day=2026年1月31日")
    assert told["headers"][0] == {"zh": "工具", "en": "Tool"}
    assert told["rows"] == [["磨刀石", "示例·甲001", "2026-01-05"]]
    assert told["ids"] == [late]
    lines = desk("view", "lending.overdue", "day=2026-01-31").out.splitlines()
    assert lines[0].split()[:2] == ["编号", "工具"]
    assert lines[2].startswith(late[-8:])
    assert lines[-1].startswith("到 2026-01-31 未还 1 件")
    assert desk.json("view", "lending.overdue", "day=2026-01-01")["rows"] == []


def test_what_is_asked_for_comes_as_its_fields_read_it_and_what_is_blank_by_default(
    tmp_path: Path,
) -> None:
    desk = laptop_with(tmp_path / "laptop", kinds=KINDS)
    person = desk.json("add", "roster.person", "name=示例·甲001")["id"]
    given = ("day=2026年2月3日", "hour=8:30", "moment=2026-02-03 08:30", "ready=是", "number=1,200")
    more = ("skills=磨刀", "person=示例·甲001", "word=四个字呀")
    assert dict(desk.json("view", "kinds.every", *given, *more)["rows"]) == {
        "day": "datetime.date(2026, 2, 3)",
        "hour": "datetime.time(8, 30)",
        "moment": "datetime.datetime(2026, 2, 3, 8, 30)",
        "ready": "True",
        "number": "1200",
        "skills": "frozenset({'磨刀'})",
        "person": repr(person),
        "word": "'四个字呀'",
    }
    blank = dict(desk.json("view", "kinds.every", "number=", "skills=")["rows"])
    assert blank.pop("day") == "datetime.date(2026, 1, 1)"
    assert (blank.pop("ready"), blank.pop("skills")) == ("False", "frozenset()")
    assert set(blank.values()) == {"None"}
    assert desk.json("view", "kinds.every", "word=五个字太长", code=1)["error"] == "Invalid"


@pytest.mark.parametrize(
    ("words", "code", "error", "says"),
    [
        (["do", "lending.extnd"], 2, "UnknownOffer", "lending.extend"),
        (["view", "lending.extend"], 2, "UnknownOffer", "lending.overdue"),
        (["do", "lending.extend"], 2, "WrongCommandLine", "lending.loan"),
        (["do", "lending.extend", "days=3"], 2, "WrongCommandLine", "ID"),
        (["do", "lending.extend", "ID", "days+=3"], 2, "WrongCommandLine", "FIELD=VALUE"),
        (["do", "lending.extend", "ID", "dayz=3"], 2, "UnknownField", "days"),
        (["do", "lending.extend", "ID", "days=x"], 1, "Invalid", "整数"),
        (["do", "lending.extend", "ID", f"days={'9' * 30}"], 1, "Invalid", "64"),
        (["do", "lending.extend", "ID", "days=1", "days=2"], 1, "Invalid", "一次"),
        (["do", "lending.extend", "ID", "days=0"], 1, "Refused", "至少"),
        (["do", "lending.extend", "00000000"], 1, "RecordUnknown", "00000000"),
        (["do", "lending.extend", "ENDLESS"], 1, "NotOffered", "lending.extend"),
        (["do", "zz_breaking.tell"], 1, "Invalid", "what"),
        (["do", "zz_breaking.tell", "what="], 1, "Invalid", "必须填写"),
        (["do", "zz_breaking.tell", "what=c"], 1, "Invalid", "甲"),
        (["do", "zz_breaking.unfit", "ID"], 1, "OfferFailed", "no_such_field"),
        (["view", "lending.overdue", "ID"], 2, "WrongCommandLine", "FIELD=VALUE"),
        (["view", "lending.overdue", "day=昨天"], 1, "Invalid", "日期"),
        (["view", "zz_breaking.uneven"], 1, "OfferFailed", "zz_breaking.uneven"),
        (["view", "zz_breaking.none"], 1, "OfferFailed", "NoneType"),
        (["print", "lending.slip", "ID"], 2, "WrongCommandLine", "--to"),
        (["print", "lending.slip", "ID", "--to", "slip.pdf"], 1, "FileRefused", ".html"),
        (["print", "lending.slip", "ID", "--to", "no/such/slip.html"], 1, "FileRefused", "slip"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_readers_language_and_changes_nothing(
    tmp_path: Path, words: list[str], code: int, error: str, says: str
) -> None:
    desk = laptop_with(tmp_path / "laptop", zz_breaking=BREAKING)
    ids = {"ID": lend(desk), "ENDLESS": lend(desk, "梯子", due="")}
    words = [ids.get(word, word) for word in words]
    before = desk.json("list", "lending.loan")
    told = desk.json(*words, code=code)
    assert told["error"] == error
    said = desk(*words)
    assert (said.code, said.out) == (code, "")
    assert speaks(said.err, "zh")
    english = desk.reading("en")(*words)
    assert speaks(english.err, "en")
    assert says in said.err + english.err
    assert "Traceback" not in said.err
    assert desk.json("list", "lending.loan") == before


def test_what_an_action_returns_is_told(tmp_path: Path) -> None:
    desk = laptop_with(tmp_path / "laptop", zz_breaking=BREAKING)
    assert desk.json("do", "zz_breaking.tell", "what=乙") == {"what": "b", "n": [1, 2]}
    assert "what  b" in desk("do", "zz_breaking.tell", "what=b").out


def test_an_action_that_breaks_leaves_no_half_transaction_and_is_kept_as_a_trouble(
    tmp_path: Path,
) -> None:
    desk = laptop_with(tmp_path / "laptop", zz_breaking=BREAKING)
    told = desk.json("do", "zz_breaking.write", code=1)
    assert told["error"] == "OfferFailed"
    assert told["facts"]["plugin"] == "zz_breaking"
    assert told["facts"]["name"] == "zz_breaking.write"
    assert [each["tool"] for each in desk.json("list", "lending.loan")] == ["whole"]
    assert any("zz_breaking.write: KeyError" in each for each in plugin_errors(desk)["zz_breaking"])
    assert desk.json("status")["plugins_in_trouble"] == ["zz_breaking"]


def test_offers_that_cannot_be_are_left_out_and_the_first_of_a_name_keeps_it(
    tmp_path: Path,
) -> None:
    desk = laptop_with(tmp_path / "laptop", zz_breaking=BREAKING, zz_twice=TWICE, aa_import="1 / 0")
    names = {each["name"]: each["plugin"] for each in desk.json("do")}
    assert {name for name, plugin in names.items() if plugin in ("lending", "zz_breaking")} == {
        "lending.extend",
        "zz_breaking.write",
        "zz_breaking.unfit",
        "zz_breaking.tell",
    }
    assert desk.json("do", "zz_twice.same") == "first"
    assert "lending.slip" in [each["name"] for each in desk.json("print")]
    told = plugin_errors(desk)
    for plugin, error in (
        ("zz_breaking", "lending.such"),
        ("zz_breaking", "half"),
        ("zz_twice", "offers zz_twice.same already"),
    ):
        assert error in "\n".join(told[plugin]), plugin
    assert told["lending"] == []
    assert "no.such" not in "\n".join(told["zz_breaking"]), "a plugin that is not here is no error"


def test_the_manual_shows_the_example_that_the_tests_run() -> None:
    manual = (DOCS / "kit" / "offers.md").read_text("utf-8")
    [shown] = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    assert shown.strip() in LENDING.read_text("utf-8")


def plugin_errors(desk: Place) -> dict[str, list[str]]:
    return {
        each["name"]: [error["message"]["en"] for error in each["errors"]]
        for each in desk.plugins("plugin", "list")
    }


# -- on paper ------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_printed_sheet_is_one_a4_file_that_asks_for_nothing_outside(
    desk: Place, tmp_path: Path
) -> None:
    id = lend(desk, "<img src=x>")
    path = tmp_path / "slip.html"
    assert desk.json("print", "lending.slip", id, "--to", path)["file"] == str(path)
    text = path.read_text("utf-8")
    assert "size: A4" in text
    assert 'counter(page) "页' in text
    assert "&lt;img src=x&gt;" in text
    assert "示例社区" in text
    assert re.search(r"打印日期 20\d\d-\d\d-\d\d", text)
    tags = _Tags(text).tags
    assert not [tag for tag, attributes in tags if {"src", "href"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?:", text)
    [policy] = [each["content"] for _, each in tags if "http-equiv" in each]
    assert policy.startswith("default-src 'none'")
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["slip.html"]


def test_a_sheet_does_not_overwrite_a_file_unless_it_is_told_to(
    desk: Place, tmp_path: Path
) -> None:
    id, path = lend(desk), tmp_path / "slip.html"
    path.write_text("mine")
    refused = desk.json("print", "lending.slip", id, "--to", path, code=1)
    assert refused["error"] == "FileRefused"
    assert "--force" in refused["message"]["en"]
    assert path.read_text() == "mine"
    desk.json("print", "lending.slip", id, "--to", path, "--force")
    assert "磨刀石" in path.read_text("utf-8")


@pytest.mark.parametrize(("community", "marked"), [("示例社区", True), ("幸福社区", False)])
def test_only_invented_people_are_printed_under_a_watermark(
    tmp_path: Path, community: str, marked: bool
) -> None:
    desk, path = laptop_with(tmp_path / "laptop", community), tmp_path / "slip.html"
    desk.json("print", "lending.slip", lend(desk), "--to", path)
    assert (">示例数据<" in path.read_text("utf-8")) == marked


# -- who looked ----------------------------------------------------------------------------------


def test_plugins_are_told_what_a_person_looked_at_and_stop_no_answer(tmp_path: Path) -> None:
    desk = laptop_with(tmp_path / "laptop", zz_reading=READING)
    first, second = lend(desk), lend(desk, "梯子")
    told = desk.folder / "read.txt"
    desk.json("list", "lending.loan")
    assert desk.json("show", "lending.loan", first)["id"] == first
    assert desk.json("history", "lending.loan", first)["id"] == first
    assert desk.json("export", "lending.loan", tmp_path / "loans.csv")["records"] == 2
    desk.json("print", "lending.slip", second, "--to", tmp_path / "slip.html")
    assert [line.split() for line in told.read_text("utf-8").splitlines()] == [
        ["list", "lending.loan", first],
        ["list", "lending.loan", second],
        ["show", "lending.loan", first],
        ["history", "lending.loan", first],
        ["export", "lending.loan", first],
        ["export", "lending.loan", second],
        ["print", "lending.loan", second],
    ]
    assert any("broken while told" in each for each in plugin_errors(desk)["zz_reading"])
