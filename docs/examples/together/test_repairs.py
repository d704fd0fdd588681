"""The tests of repairs.py: `pytest docs/examples`."""

from datetime import date
from pathlib import Path

import pytest

import repairs
from hongxian import Refused, local_today
from repairs import Repair

pytestmark = pytest.mark.plugins(repairs)
PHONE = "10000000001"


def test_a_step_asks_for_what_it_needs_and_does_what_belongs_to_it(laptop):
    repair = Repair.create(what="水龙头漏水")
    with pytest.raises(Refused):
        laptop.do("repairs.give", repair, phone=PHONE)
    laptop.do("repairs.give", repair, phone=PHONE, mender="示例·师傅")
    laptop.do("repairs.mend", repair, result="换了垫片")
    mended = Repair.get_by_id(repair.id)
    assert (mended.state, mended.result) == ("mended", "换了垫片")
    assert mended.mended_on == local_today()
    laptop.do("repairs.ask_again", repair)
    again = Repair.get_by_id(repair.id)
    assert (again.state, again.mender, again.result) == ("asked", None, None)


def test_a_step_is_of_today_unless_whoever_takes_it_says_another_day(laptop):
    repair = Repair.create(what="水龙头漏水", phone=PHONE, mender="示例·师傅", state="given")
    laptop.do("repairs.mend", repair, result="换了垫片", mended_on="2026-03-01")
    assert Repair.get_by_id(repair.id).mended_on == date(2026, 3, 1)


def test_what_may_not_follow_is_refused_in_words(laptop):
    repair = Repair.create(what="水龙头漏水")
    with pytest.raises(Refused, match="what may follow: Given out, Called off"):
        Repair.update(state="mended", result="好了").where(Repair.id == repair.id).execute()


def test_a_leader_sees_where_it_stands_and_goes_on_from_there(laptop, desk):
    repair = Repair.create(what="水龙头漏水", phone=PHONE)
    page = desk.open(f"/c/repairs.repair/{repair.id}").press("派工")
    assert "电话" not in page.text
    page = page.press("派工", mender="示例·师傅")
    assert "已派工" in page.text
    assert Repair.get_by_id(repair.id).state == "given"


def test_a_view_calls_states_as_people_do(laptop, desk):
    Repair.create(what="水龙头漏水")
    shown = laptop.view("repairs.how_far").stats
    assert [(each.label.zh, each.value) for each in shown][:2] == [("已报修", 1), ("已派工", 0)]
    assert "已报修 1" in desk.open("/").text


def test_two_laptops_that_part_are_a_conflict_and_neither_is_lost(neighbourhood):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    with red:
        repair = Repair.create(what="水龙头漏水", phone=PHONE, mender="示例·师傅", state="given")
    neighbourhood.meet()
    red.do("repairs.mend", repair, result="换了垫片")
    blue.do("repairs.call_off", repair, reason="已搬走")
    neighbourhood.meet()
    for laptop in (red, blue):
        with laptop:
            held = Repair.get_by_id(repair.id)
            assert (held.state, held.result, held.reason) == ("off", "换了垫片", "已搬走")


def test_the_manual_draws_the_workflow():
    manual = Path(__file__).parents[2] / "kit" / "workflow.md"
    assert f"```mermaid\n{repairs.REPAIR.diagram('en')}\n```" in manual.read_text("utf-8")
