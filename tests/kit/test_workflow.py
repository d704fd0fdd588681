"""Where a thing stands: who may take which step, what that needs, and that nobody need compare names."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import BooleanField, CharField

from hongxian import (
    Claim,
    Record,
    Refused,
    Seen,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    rule,
    step,
)
from hongxian.collections.builtin import Conflict
from hongxian.collections.rights import refuse_unless_allowed
from hongxian.errors import BadCollection, BadPlugin, Invalid, NotAllowed
from hongxian.kinds.registry import column_of
from hongxian.kinds.state import StepNotThere
from hongxian.model.row import Change
from hongxian.plugins.offers import Action
from hongxian_client.review import attention
from hongxian_client.review.conflicts import keep_the_lost
from hongxian_client.sheets.exporting import export_file
from hongxian_client.sheets.importing import import_file
from hongxian_client.text.assignments import assignments
from hongxian_client.text.format import record_as_json
from hongxian_client.text.query import select_rows
from hongxian_plugins.knife_grinding.bookings import BOOKING
from hongxian_plugins.knife_grinding.queue import SLIP
from hongxian_plugins.service.steps import ACTIVITY
from hongxian_server.history.undo import planned, undo
from hongxian_testing.desk import Desk
from hongxian_testing.laptop import Laptop, open_laptop
from meeting import Meeting, meeting
from offering import fits
from places import DOCS
from samples import plugin

TEAM = "甲队"
LADDER = Workflow(
    State("asked", Text("已提出", "Asked")),
    State("lent", Text("已借出", "Lent"), needs=("place",)),
    State("back", Text("已归还", "Back")),
    State("scrapped", Text("已报废", "Scrapped")),
    State("off", Text("已取消", "Off")),
    Transition("lend", Text("借出", "Lend"), "asked", "lent", needs=("phone",)),
    Transition("take_back", Text("归还", "Take back"), "lent", "back", needs=("sound",)),
    Transition("scrap", Text("报废", "Scrap"), "lent", "scrapped", by="maker"),
    Transition("cancel", Text("取消", "Cancel"), ("asked", "lent"), "off"),
    Transition("ask_again", Text("重新提出", "Ask again"), "off", "asked"),
)


class Loan(Record):
    """A ladder, lent."""

    who = CharField(max_length=20)
    phone = CharField(max_length=20, null=True)
    place = CharField(max_length=20, null=True)
    sound = BooleanField(default=False)
    state = StateField(LADDER, verbose_name=Text("状态", "State"))

    class Meta:
        collection = "ladder.loan"
        claims = [Claim("place", only={"state": ("lent",)})]


class OldLoan(Record):
    """The same in a release before it had a workflow."""

    who = CharField(max_length=20)
    phone = CharField(max_length=20, null=True)
    place = CharField(max_length=20, null=True)
    sound = BooleanField(default=False)
    state = CharField(max_length=20, default="asked")

    class Meta:
        collection = "ladder.loan"


class LooseLoan(Record):
    """The same in a release whose states needed nothing, as any other program may write."""

    who = CharField(max_length=20)
    phone = CharField(max_length=20, null=True)
    place = CharField(max_length=20, null=True)
    sound = BooleanField(default=False)
    state = StateField(Workflow(*(State(each.name, each.title) for each in LADDER.states)))

    class Meta:
        collection = "ladder.loan"


LADDERS = plugin("ladder", Loan)
OLD_LADDERS = plugin("ladder", OldLoan)
pytestmark = pytest.mark.plugins(LADDERS)


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, LADDERS, url=database_url) as met:
        met.team(TEAM)
        met.laptop(TEAM)
        met.laptop(TEAM)
        yield met


def loan(**values: Any) -> Loan:
    return Loan.create(**{"who": "示例·甲001", "phone": "10000000001", "place": "一号", **values})


def move(id: str, state: str, **values: Any) -> None:
    Loan.update(state=state, **values).where(Loan.id == id).execute()


def state_of(id: str) -> str:
    return str(Loan.get_by_id(id).state)


# -- as it is read --------------------------------------------------------------------------------


def test_a_state_reads_as_its_name_everywhere(laptop: Laptop) -> None:
    lent, asked = loan(state="lent"), loan()
    assert (Loan.get_by_id(lent.id).state, Loan.get_by_id(asked.id).state) == ("lent", "asked")
    for query in (Loan.state == "lent", Loan.state.in_(["lent", "back"]), Loan.state != "asked"):
        assert [each.id for each in Loan.select().where(query)] == [lent.id]
    assert set(Loan.select(Loan.state).distinct().tuples()) == {("lent",), ("asked",)}
    collection = laptop.store.collection("ladder.loan")
    [row] = select_rows(laptop.store, collection, assignments(["state=已借出"]))
    assert row.id == lent.id
    assert record_as_json(collection, row)["state"] == "lent"
    in_order = select_rows(laptop.store, collection, [], sort="-state")
    assert [each.id for each in in_order] == [lent.id, asked.id]


def test_what_an_earlier_release_wrote_stands_where_it_stood(tmp_path: Path) -> None:
    with open_laptop(tmp_path, OLD_LADDERS):
        old = OldLoan.create(who="示例·甲001", phone="1", place="一号", state="lent")
    with open_laptop(tmp_path, LADDERS):
        assert state_of(old.id) == "lent"
        move(old.id, "back", sound=True)
        assert state_of(old.id) == "back"


# -- what may follow ------------------------------------------------------------------------------


def test_a_step_that_is_not_there_is_refused_in_words(laptop: Laptop) -> None:
    asked = loan()
    with pytest.raises(StepNotThere) as refused:
        move(asked.id, "back", sound=True)
    assert "下一步可以是：已借出、已取消" in refused.value.text.zh
    assert "what may follow: Lent, Off" in refused.value.text.en
    assert state_of(asked.id) == "asked"


def test_a_state_that_there_is_not_is_refused(laptop: Laptop) -> None:
    with pytest.raises(Invalid):
        loan(state="lost")
    with pytest.raises(Invalid):
        loan(state="05>0>lost")


def test_what_a_step_leads_to_needs_is_asked_for_by_field(laptop: Laptop) -> None:
    asked = loan(phone=None, place=" ")
    with pytest.raises(Invalid) as refused:
        move(asked.id, "lent")
    assert set(refused.value.facts["reasons"]) == {"phone", "place"}
    move(asked.id, "lent", phone="10000000001", place="一号")
    with pytest.raises(Invalid):
        Loan.update(place=None).where(Loan.id == asked.id).execute()


def test_steps_of_one_transaction_are_taken_one_after_the_other(laptop: Laptop) -> None:
    asked = loan()
    with laptop.store.transaction():
        move(asked.id, "lent")
        move(asked.id, "back", sound=True)
    assert state_of(asked.id) == "back"


def test_a_step_is_taken_by_whom_it_is_for(met: Meeting) -> None:
    maker, other = met.laptops
    with maker:
        lent = loan(state="lent")
    met.sync()
    with other, pytest.raises(NotAllowed):
        move(lent.id, "scrapped")
    with maker:
        move(lent.id, "scrapped")
        assert state_of(lent.id) == "scrapped"


def test_a_sheet_says_states_by_what_they_are_called_and_brings_them_back(
    laptop: Laptop, tmp_path: Path
) -> None:
    asked, lent = loan(), loan(state="lent", place="二号")
    path = tmp_path / "loans.csv"
    export_file(laptop.store, "ladder.loan", path)
    assert path.read_text("utf-8-sig").count("已借出") == 1
    assert import_file(laptop.store, "ladder.loan", path).unchanged == 2
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace("已提出", "已归还").replace("已借出", "已取消"), "utf-8-sig")
    report = import_file(laptop.store, "ladder.loan", path)
    assert (report.changed, report.wrong) == (1, 1)
    assert (state_of(asked.id), state_of(lent.id)) == ("asked", "off")


# -- on the desk ----------------------------------------------------------------------------------


def test_a_records_page_tells_where_it_stands(laptop: Laptop, desk: Desk) -> None:
    lent, off = loan(state="lent"), loan(state="off")
    page = desk.open(f"/c/ladder.loan/{lent.id}")
    assert "已提出 已借出 已归还" in " ".join(page.text.split())
    assert 'class="here" aria-current="step">已借出' in page.html
    assert 'class="past">已提出' in page.html
    assert 'aria-current="step">已取消' in desk.open(f"/c/ladder.loan/{off.id}").html


def test_what_may_come_next_stands_on_top_and_is_done_by_one_press(
    laptop: Laptop, desk: Desk
) -> None:
    lent = loan(state="lent")
    page = desk.open(f"/c/ladder.loan/{lent.id}")
    steps = [each for each in page.buttons if each in ("借出", "归还", "报废", "取消")]
    assert set(steps) == {"归还", "报废", "取消"}
    page = page.press("取消")
    assert state_of(lent.id) == "off"
    assert "已取消" in page.text
    assert page.press("重新提出").path == f"/c/ladder.loan/{lent.id}"
    assert state_of(lent.id) == "asked"


def test_a_step_asks_for_what_is_empty_and_says_what_is_missing(laptop: Laptop, desk: Desk) -> None:
    asked = loan(phone=None)
    page = desk.open(f"/do/ladder.lend/{asked.id}")
    assert 'name="phone"' in page.html
    assert 'name="place"' not in page.html
    assert state_of(asked.id) == "asked"
    page.press("借出", phone="10000000001")
    assert state_of(asked.id) == "lent"
    page = desk.open(f"/do/ladder.take_back/{asked.id}").press("归还")
    assert "“已归还”要先填“Sound”" in page.text


def test_a_step_that_is_for_others_is_not_offered(met: Meeting) -> None:
    maker, other = met.laptops
    with maker:
        lent = loan(state="lent")
    met.sync()
    for laptop, offered in ((maker, True), (other, False)):
        with laptop:
            assert fits(laptop, Action, "ladder.scrap", lent.id) is offered


def test_what_is_said_to_belong_to_a_step_that_there_is_not_is_told(tmp_path: Path) -> None:
    module = plugin("ladder", Loan)
    module.fly = step(Loan, "fly")(lambda store, record: None)
    with open_laptop(tmp_path, module) as laptop:
        assert fits(laptop, Action, "ladder.lend", loan().id)
        [ladders] = laptop.plugins.all
        assert any("has no step fly; its steps are lend" in error.en for error in ladders.errors)


def test_a_form_asks_for_no_state(laptop: Laptop, desk: Desk) -> None:
    asked = loan()
    assert 'name="state"' not in desk.open(f"/c/ladder.loan/{asked.id}/edit").html
    assert 'name="state"' not in desk.open("/c/ladder.loan/new").html


# -- between laptops -------------------------------------------------------------------------------


def conflicts(of: Any) -> list[tuple[str, str]]:
    with of:
        return [(each.kept, each.lost) for each in Conflict.select()]


def test_the_further_of_two_steps_on_one_way_stands_and_nothing_is_in_conflict(
    met: Meeting,
) -> None:
    one, two = met.laptops
    with one:
        asked = loan()
    met.sync()
    with one:
        move(asked.id, "off")
    with two:
        move(asked.id, "lent")
    met.sync(one, two, one)
    met.agree()
    for laptop in met.laptops:
        with laptop:
            assert state_of(asked.id) == "off"
        assert conflicts(laptop) == []


@pytest.mark.parametrize("first", [0, 1])
def test_two_ways_that_part_show_a_conflict_and_the_other_can_be_chosen(
    met: Meeting, first: int
) -> None:
    one, two = met.laptops
    with one:
        lent = loan(state="lent")
    met.sync()
    with one:
        move(lent.id, "back", sound=True)
    with two:
        move(lent.id, "off")
    met.sync(met.laptops[first], met.laptops[1 - first])
    met.agree()
    [(kept, lost)] = conflicts(one)
    assert (kept, lost) == ('"04>0>off"', '"02>0>back"')
    with one:
        assert state_of(lent.id) == "off"
        [conflict] = one.collection("hongxian.conflict").rows("NOT deleted")
        keep_the_lost(one, conflict)
    met.agree()
    with two:
        assert state_of(lent.id) == "back"


def test_what_was_opened_again_is_not_overruled_by_what_was_seen(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        asked = loan(state="off")
    met.sync()
    with one:
        move(asked.id, "asked")
    met.agree()
    with two:
        assert state_of(asked.id) == "asked"


def test_the_hub_asks_what_the_merged_state_needs(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        asked = loan()
    met.sync()
    with one:
        Loan.update(place=None).where(Loan.id == asked.id).execute()
    with two:
        move(asked.id, "lent")
    met.sync(one, two)
    with two:
        [rejected] = attention.rejected_transactions()
        assert rejected.reasons.keys() == {"place"}


def test_the_hub_asks_it_of_new_records_too(met: Meeting) -> None:
    met.modules = (plugin("ladder", LooseLoan),)
    with met.laptop(TEAM) as loose:
        told = {"who": "示例·甲001", "phone": "10000000001", "state": "lent"}
        sound, bare = (LooseLoan.create(**told, place=each) for each in ("一号", None))
        met.sync(loose)
        [rejected] = attention.rejected_transactions()
        assert rejected.reasons.keys() == {"place"}
        assert [entry.record for entry in rejected.entries] == [bare.id]
    met.sync()
    with met.laptops[0]:
        assert state_of(sound.id) == "lent"


@pytest.mark.either_database
def test_rules_and_lists_find_records_by_their_state_on_every_side(
    tmp_path: Path, database_url: str | None
) -> None:
    @rule(of=Loan)
    def has_one_ladder_at_a_time(held: Loan, before: Loan | None, seen: Seen) -> None:
        if held.state == "lent" and len(seen.all(Loan, state="lent", who=held.who)) > 1:
            raise Refused(Text("一次借一架。", "One ladder at a time."))

    module = plugin("ladder", Loan)
    module.has_one_ladder_at_a_time = has_one_ladder_at_a_time
    with meeting(tmp_path, module, url=database_url) as met:
        met.team(TEAM)
        one, two = met.laptop(TEAM), met.laptop(TEAM)
        with one:
            first = loan(state="lent")
            with pytest.raises(Refused, match="One ladder"):
                loan(state="lent", place="二号")
        with two:
            loan(state="lent", place="二号")
        met.sync()
        with two:
            [rejected] = attention.rejected_transactions()
            assert "One ladder" in str(rejected.reasons)
        with met.hub:
            assert [each.id for each in Loan.select().where(Loan.state == "lent")] == [first.id]


def test_a_laptop_whose_program_skips_steps_is_not_asked_where_it_came_from(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        asked = loan()
        move(asked.id, "lent")
        move(asked.id, "back", sound=True)
    met.sync()
    with two:
        assert state_of(asked.id) == "back"


def test_releases_that_know_other_states_agree_on_each_and_show_what_they_do_not_know(
    tmp_path: Path,
) -> None:
    class LaterLoan(Record):
        """In a later release a ladder is looked over before it is back, and nobody scraps one."""

        who = CharField(max_length=20)
        phone = CharField(max_length=20, null=True)
        place = CharField(max_length=20, null=True)
        sound = BooleanField(default=False)
        state = StateField(
            Workflow(
                *LADDER.states[:2],
                State("checked", Text("已检查", "Checked")),
                LADDER.states[2],
                LADDER.states[4],
                Transition("check", Text("检查", "Check"), "lent", "checked"),
                Transition("put_back", Text("归还", "Put back"), "checked", "back"),
                Transition("cancel", Text("取消", "Cancel"), ("asked", "lent"), "off"),
            )
        )

        class Meta:
            collection = "ladder.loan"

    later = plugin("ladder", LaterLoan)
    with meeting(tmp_path, later) as met:
        met.team(TEAM)
        new = met.laptop(TEAM)
        met.modules = (LADDERS,)
        old = met.laptop(TEAM)
        with old:
            first, second = loan(state="lent"), loan(state="lent", place="二号")
        met.agree()
        with new:
            for each in (first, second):
                LaterLoan.update(state="checked").where(LaterLoan.id == each.id).execute()
        with old:
            move(second.id, "back", sound=True)
        met.sync(new, old, new)
        met.agree()
        for laptop, model in ((old, Loan), (new, LaterLoan)):
            with laptop:
                assert model.get_by_id(first.id).state == "checked"
        with old, pytest.raises(StepNotThere):
            move(first.id, "back", sound=True)
        for laptop, model in ((old, Loan), (new, LaterLoan)):
            with laptop:
                assert model.get_by_id(second.id).state == "back"


def test_what_the_hub_alone_may_write_no_program_of_a_laptop_writes(tmp_path: Path) -> None:
    """Neither a step, nor a record that begins there, nor a turn that nobody can come to."""

    def seals(by: str) -> ModuleType:
        class Seal(Record):
            state = StateField(
                Workflow(
                    State("open", Text("未盖", "Open")),
                    State("sealed", Text("已盖", "Sealed")),
                    Transition("seal", Text("盖章", "Seal"), "open", "sealed", by=by),
                )
            )

            class Meta:
                collection = "ladder.seal"

        return plugin("ladder", Seal)

    with meeting(tmp_path, seals("hub")) as met:
        met.team(TEAM)
        met.modules = (seals("scope"),)
        with met.laptop(TEAM) as laptop:
            kind = laptop.collection("ladder.seal")
            ids = [kind.model.create(state=state).id for state in ("open", "sealed")]
            met.sync(laptop)
            kind.model.update(state="sealed").where(kind.model.id == ids[0]).execute()
            met.sync(laptop)
            refused = attention.rejected_transactions()
            assert {each.entries[0].record for each in refused} == set(ids)
            [row] = kind.rows("id = ?", (ids[0],))
            ahead = Change(row.id, row.stamp + 1, {"state": "00>900>open"})
            with pytest.raises(NotAllowed, match="more often"):
                refuse_unless_allowed(kind, row, ahead, laptop.writer())


def test_a_claim_is_held_in_the_states_that_it_names(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        first = loan()
        move(first.id, "lent")
    with two:
        loan(state="lent")
    met.sync(one, two)
    with two:
        assert [each.state for each in attention.rejected_transactions()] == ["bumped"]
    with one:
        move(first.id, "back", sound=True)
        met.sync(one)
        assert loan(state="lent").state == "lent"


def test_what_a_keeper_takes_back_goes_a_turn_on(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        asked = loan()
    met.sync()
    since = met.hub.now() + 1
    while met.hub.now() <= since:
        pass
    with two:
        move(asked.id, "lent")
        own = two.writer().incarnation
    met.sync(two)
    with met.hub:
        assert undo(met.hub, planned(met.hub, [own], since)) == []
    met.agree()
    for laptop in met.laptops:
        with laptop:
            assert state_of(asked.id) == "asked"


# -- what cannot be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (State("a", Text("甲", "A")), State("a", Text("甲", "A"))),
        (State("Ä", Text("甲", "A")),),
        (State("a", Text("甲", "A")), Transition("go", Text("走", "Go"), "a", "b")),
        (State("a", Text("甲", "A")), Transition("go", Text("走", "Go"), "a", "a", by="me")),
    ],
)
def test_a_workflow_that_cannot_be_is_said_where_it_is_made(parts: Any) -> None:
    with pytest.raises(BadPlugin):
        Workflow(*parts)


def test_a_need_that_is_no_field_and_a_merge_of_its_own_are_refused() -> None:
    class Bad(Record):
        state = StateField(
            Workflow(State("a", Text("甲", "A"), needs=("nothing",))),
        )

        class Meta:
            collection = "ladder.bad"

    with pytest.raises(BadCollection, match="nothing"):
        column_of(Bad, Bad.state, None)


# -- in the manual -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plugin", "workflow"),
    [("knife_grinding", BOOKING), ("knife_grinding", SLIP), ("service", ACTIVITY)],
)
def test_the_manual_draws_each_workflow_as_it_is(plugin: str, workflow: Workflow) -> None:
    drawn = f"```mermaid\n{workflow.diagram('en')}\n```"
    assert drawn in (DOCS / "plugins" / f"{plugin}.md").read_text("utf-8"), drawn
