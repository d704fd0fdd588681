"""Records of one name are told apart wherever one is named, and are typed by what tells them apart."""

from pathlib import Path
from typing import Any

import pytest
from peewee import CharField

from hongxian import Record, Reference, State, StateField, Text, Transition, Workflow, action
from hongxian.errors import Invalid, Taken
from hongxian_client.replica.undoing import last_deed, what_undoing_would_do
from hongxian_client.sheets.exporting import export_file
from hongxian_client.text.query import find_row
from hongxian_testing import Desk, Laptop
from samples import plugin

STATES = Workflow(
    State("in", Text("在", "In")),
    State("broken", Text("坏了", "Broken")),
    Transition("break_it", Text("报坏", "Report"), "in", "broken"),
)


class Tool(Record):
    name = CharField(verbose_name=Text("工具", "Tool"))
    code = CharField(verbose_name=Text("编号", "Code"), null=True)
    state = StateField(STATES)

    class Meta:
        collection = "shed.tool"
        claims = [("code",)]
        known_by = ("code",)


class Loan(Record):
    name = CharField(verbose_name=Text("借用人", "Borrower"))
    tool = Reference("shed.tool", verbose_name=Text("工具", "Tool"))

    class Meta:
        collection = "shed.loan"
        title = Text("借用", "Loans")
        claims = [("tool",)]


@action(title=Text("借出", "Lend"), asks=[Loan.tool, Loan.name])
def lend(store: Any, tool: str, name: str) -> Text:
    Loan.create(tool=tool, name=name)
    return Text.of(store.name_of("shed.tool", tool))


pytestmark = pytest.mark.plugins(plugin("shed", Tool, Loan, lend=lend))


@pytest.fixture
def drills(laptop: Laptop) -> list[Tool]:
    return [Tool.create(name="冲击钻", code=f"Z0{n}") for n in (1, 2, 3)]


def test_a_record_is_named_with_what_tells_it_from_others_of_its_name(
    laptop: Laptop, desk: Desk, drills: list[Tool]
) -> None:
    one, other, _ = drills
    loan = Loan.create(tool=one, name="示例·甲001")
    with pytest.raises(Taken) as refused:
        Loan.create(tool=one, name="示例·乙002")
    assert "工具 冲击钻 Z01 已被" in refused.value.text.zh
    assert "冲击钻 Z01" in desk.open(f"/c/shed.loan/{loan.id}").text
    assert "冲击钻 Z01" in desk.open("/c/shed.loan").text
    assert "冲击钻 Z02" in desk.open(f"/do/shed.lend?tool={other.id}").html
    assert "冲击钻 Z03" in desk.open("/c/shed.tool/pick?into=tool&tool=冲击").text
    told = laptop.do("shed.break_it", other)
    assert told.zh == "冲击钻 Z02：坏了"
    nameless = Tool.create(name="梯子")
    assert laptop.store.name_of("shed.tool", nameless.id) == "梯子"


@pytest.mark.parametrize("typed", ["Z02", "冲击钻 Z02"])
def test_a_record_is_typed_by_what_tells_it_apart(
    laptop: Laptop, drills: list[Tool], typed: str, tmp_path: Path
) -> None:
    assert laptop.do("shed.lend", tool=typed, name="示例·甲001").zh == "冲击钻 Z02"
    assert find_row(laptop.store.collection("shed.tool"), typed).id == drills[1].id
    Loan.delete().execute()
    sheet = tmp_path / "a.csv"
    sheet.write_text(f"借用人,工具\n示例·甲001,{typed}\n", "utf-8")
    assert laptop.bring_in("shed.loan", sheet).new == 1
    assert Loan.get().tool == drills[1].id
    taken_out = tmp_path / "b.csv"
    export_file(laptop.store, "shed.loan", taken_out)
    assert "冲击钻 Z02" in taken_out.read_text("utf-8-sig")
    assert laptop.bring_in("shed.loan", taken_out).wrong == 0
    assert Loan.get().tool == drills[1].id


def test_a_name_that_several_bear_is_refused_where_nothing_tells_which(
    laptop: Laptop, drills: list[Tool]
) -> None:
    with pytest.raises(Invalid, match=r"3 records are named.*\. Nothing was written;"):
        laptop.do("shed.lend", tool="冲击钻", name="示例·甲001")


def test_why_it_cannot_be_undone_is_said_by_what_people_call_things(
    laptop: Laptop, drills: list[Tool]
) -> None:
    loan = Loan.create(tool=drills[0], name="示例·甲001")
    loan.tool = drills[1].id
    loan.save()
    changed = last_deed()
    Loan.create(tool=drills[0], name="示例·乙002")
    why = what_undoing_would_do(laptop.store, changed).why_not
    assert why is not None
    assert why.zh.startswith("借用：工具 冲击钻 Z01 已被记录 示例·乙002 占用")
