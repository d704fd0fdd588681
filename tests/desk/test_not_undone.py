"""What cannot be undone is said before it is done, by what the model declares and nobody writes by hand."""

from __future__ import annotations

import pytest
from peewee import CharField

from hongxian import Lasting, Record, State, StateField, Text, Transition, Workflow
from hongxian.merges import First, adding, plus
from hongxian.records import COMMUNITY
from hongxian_client.replica.undoing import lately, what_undoing_would_do
from hongxian_testing import Desk, Laptop
from samples import SAMPLE, Thing, plugin

FLOW = Workflow(
    State("open", Text("开着", "Open")),
    State("paused", Text("停着", "Paused")),
    State("closed", Text("已结", "Closed")),
    Transition("pause", Text("先停", "Pause"), "open", "paused"),
    Transition("close", Text("结案", "Close"), "paused", "closed"),
)


class Permit(Record):
    """Permits."""

    name = CharField(max_length=20)
    stamped = CharField(max_length=20, null=True)
    state = StateField(FLOW)

    class Meta:
        collection = "permits.permit"
        merges = {"stamped": First()}
        lasting = Lasting(
            once={"state": ("closed",)},
            stays="all",
            instead=Text("写错了另开一张", "write another"),
        )


PERMITS = plugin("permits", Permit)
KEPT, ONE_WAY = "不能撤回：写错了另开一张", "保存后不能撤回"
OVER = "不能撤回：“已结”后就不能再改"


@pytest.mark.plugins(PERMITS)
def test_a_form_says_what_of_it_is_not_undone(laptop: Laptop, desk: Desk) -> None:
    form = desk.open("/c/permits.permit/new")
    assert KEPT in form.text
    assert form.text.count(ONE_WAY) == 1
    form.press("保存", name="甲", stamped="示例·甲001")
    [making] = lately(1)
    assert what_undoing_would_do(laptop.store, making).why_not is not None
    edit = desk.open(f"/c/permits.permit/{Permit.get().id}/edit").text
    assert KEPT not in edit
    assert ONE_WAY in edit


@pytest.mark.plugins(PERMITS)
def test_a_step_after_which_nothing_changes_says_so_and_no_other(
    laptop: Laptop, desk: Desk
) -> None:
    id = Permit.create(name="甲").id
    page = desk.open(f"/c/permits.permit/{id}")
    assert OVER not in page.html
    page.press("先停")
    [pausing] = lately(1)
    assert what_undoing_would_do(laptop.store, pausing).why_not is None
    page = desk.open(f"/c/permits.permit/{id}")
    assert OVER in page.html
    page.press("结案")
    [closing] = lately(1)
    assert OVER.endswith(what_undoing_would_do(laptop.store, closing).why_not.zh)


@pytest.mark.plugins(SAMPLE)
def test_what_is_said_to_go_back_does_and_what_is_not_does_not(laptop: Laptop) -> None:
    written = {
        "name": "乙",
        "most": 9,
        "least": 1,
        "day": "2026-03-01",
        "state": "busy",
        "people": plus(1),
        "skills": adding("磨刀"),
    }
    columns = laptop.store.collection("sample.thing").columns
    id = Thing.create(name="甲", most=5, least=5, scope=COMMUNITY).id
    for name, value in written.items():
        laptop.store.edit(Thing, {id: {name: value}})
        [edit] = lately(1)
        goes_back = what_undoing_would_do(laptop.store, edit).why_not is None
        assert goes_back == columns[name].merge.goes_back, name
