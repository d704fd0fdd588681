"""Records that last: never deleted, voided with a reason for good, unchanged once something is filled in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from peewee import BooleanField, CharField, DateField, IntegerField

import night_watch
from club import edit
from desks import desk_of, entered, page
from hongxian import Keep, Lasting, Record, Refused, State, StateField, Text, Transition, Workflow
from hongxian.collections.collection import Collection
from hongxian.errors import BadCollection
from hongxian.plugins.offers import Action
from hongxian.records import new_id
from hongxian_client.authoring.checking import check
from hongxian_client.authoring.sources import sources_of
from hongxian_client.review.attention import rejected_transactions
from hongxian_server.history.erasing import erase
from hongxian_server.ops.tidy import tidy
from meeting import Meeting, meeting
from night_watch import Round
from offering import ask
from samples import plugin

LONG_AGO = date(2020, 1, 1)
ROUND = {"who": "示例·甲001", "day": LONG_AGO, "minutes": 60}
FILE = Workflow(
    State("open", Text("在办", "Open")),
    State("archived", Text("归档", "Archived")),
    Transition("archive", Text("归档", "Archive"), "open", "archived"),
    Transition("open_again", Text("再办", "Open again"), "archived", "open"),
)


class Entry(Record):
    """Entries, as they were written."""

    text = CharField(max_length=40)
    ends = DateField(null=True)

    class Meta:
        collection = "books.entry"
        keep = Keep(until="ends")
        lasting = Lasting(stays="all", instead=Text("请冲正", "write a counter entry"))


class File(Record):
    """Files, which stay once they are archived."""

    state = StateField(FILE)
    text = CharField(max_length=40)
    court = CharField(max_length=40, null=True)

    class Meta:
        collection = "books.file"
        lasting = Lasting(once={"state": ("archived",)}, stays="all", but=("court",))


class Turn(Record):
    """Turns, which may be called off until somebody confirmed them."""

    who = CharField(max_length=40)
    confirmed_by = CharField(max_length=40, null=True)

    class Meta:
        collection = "books.turn"
        lasting = Lasting(once="confirmed_by", stays=("who",), planned=True)


BOOKS = plugin("books", Entry, File, Turn)


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, night_watch, BOOKS, url=database_url) as met:
        met.team("east")
        met.laptop("east"), met.laptop("east")
        yield met


def refused(laptop: Any) -> list[str]:
    with laptop:
        waiting = rejected_transactions()
        return [said.en for each in waiting for why in each.reasons.values() for said in why]


# -- as it is declared ---------------------------------------------------------------------------


def test_it_is_never_deleted_on_a_laptop_nor_by_what_goes_along(met: Meeting) -> None:
    with met.laptops[0]:
        kept = Round.create(**ROUND)
        with pytest.raises(Refused) as told:
            Round.delete().execute()
        assert told.value.text == Text(
            "“巡逻记录”不能删除；记错了请作废。",
            "Rounds are never deleted; void what is wrong.",
        )
        assert Round.get_by_id(kept.id)
        Entry.create(text="一笔")
        with pytest.raises(Refused, match="write a counter entry"):
            Entry.delete().execute()


def test_it_is_voided_with_a_reason_and_for_good(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        record = Round.create(**ROUND)
    met.agree()
    with one:
        for blank in ({}, {"void_reason": "  "}):
            with pytest.raises(Refused, match="Say why it is void"):
                edit(record, voided=True, **blank)
        edit(record, voided=True, void_reason="记到别人名下")
        with pytest.raises(Refused, match="“Void” is final"):
            edit(record, voided=False)
        with pytest.raises(Refused, match="Say why"):
            edit(record, void_reason="")
    with two:  # without having seen it
        edit(record, minutes=50)
    met.agree()
    for store in (*met.laptops, met.hub):
        with store:
            assert Round.get_by_id(record.id).voided


def test_what_was_confirmed_stays_and_says_by_whom(met: Meeting) -> None:
    with met.laptops[0]:
        record = Round.create(**ROUND)
        edit(record, minutes=70)
        edit(record, minutes=80, confirmed_by="示例·队长")
        edit(record, note="备注照写")
        with pytest.raises(Refused) as told:
            edit(record, minutes=90)
        assert told.value.text == Text(
            "“确认人”已填 示例·队长，“分钟”不能再改；请作废后另记一条。",
            "“Confirmed by” is 示例·队长: “Minutes” stays; void it and write another.",
        )
        edit(record, minutes=90, voided=True, void_reason="重复")


@pytest.mark.either_database
def test_the_hub_refuses_what_a_laptop_wrote_that_had_not_seen_the_confirmation(
    met: Meeting,
) -> None:
    one, two = met.laptops
    with one:
        record = Round.create(**ROUND)
    met.agree()
    with one:
        edit(record, confirmed_by="示例·队长")
    with two:
        edit(record, minutes=600)
    met.sync(one, two)
    assert refused(two) == [
        "“Confirmed by” is 示例·队长: “Minutes” stays; void it and write another."
    ]
    with met.hub:
        assert Round.get_by_id(record.id).minutes == 60


def test_a_second_one_is_refused_though_it_was_written_first(met: Meeting) -> None:
    one, two = met.laptops
    id = new_id()
    for laptop in (two, one):  # the later one counts, but for what is written together with it
        with laptop:
            Entry.create(id=id, text=f"一笔 {laptop.folder.name}")
    met.sync(one, two)
    assert refused(one) == []
    assert refused(two) == ["“Text” stays; write a counter entry."]


def test_without_once_it_stays_from_the_beginning_and_a_state_may_tell_it(met: Meeting) -> None:
    with met.laptops[0]:
        entry, file = Entry.create(text="一笔"), File.create(text="一案")
        with pytest.raises(Refused, match="“Text” stays; write a counter entry"):
            edit(entry, text="另一笔")
        edit(file, text="改了")
        edit(file, state="archived")
        edit(file, court="确认")
        with pytest.raises(Refused, match="“State” is Archived: “Text” stays; set it right"):
            edit(file, text="再改")
        with pytest.raises(Refused, match="“State” stays"):
            edit(file, state="open")


@pytest.mark.either_database
def test_what_is_only_planned_may_be_deleted_until_it_is_confirmed(met: Meeting) -> None:
    with met.laptops[0]:
        called_off, kept = Turn.create(who="示例·甲001"), Turn.create(who="示例·甲002")
        called_off.delete_instance()
        edit(kept, confirmed_by="队长")
        with pytest.raises(Refused):
            Turn.delete().where(Turn.id == kept.id).execute()
        assert [each.who for each in Turn.select()] == ["示例·甲002"]


@pytest.mark.parametrize("written", ["deleted", "confirmed"])
@pytest.mark.parametrize("sent", ["deleted", "confirmed"])
def test_what_one_confirmed_and_another_called_off_meanwhile_stands(
    met: Meeting, written: str, sent: str
) -> None:
    calls_off, confirms = met.laptops
    with calls_off:
        id = Turn.create(who="示例·甲001").id
    met.agree()
    for deed in ("deleted", "confirmed") if written == "deleted" else ("confirmed", "deleted"):
        with calls_off if deed == "deleted" else confirms:
            turn = Turn.get_by_id(id)
            turn.delete_instance() if deed == "deleted" else edit(turn, confirmed_by="队长")
    met.sync(*(met.laptops if sent == "deleted" else (confirms, calls_off)))
    met.agree()
    with met.hub:
        assert Turn.get_by_id(id).confirmed_by == "队长"


def test_what_is_to_be_erased_is_erased_all_the_same(met: Meeting) -> None:
    one = met.laptops[0]
    with one:
        Entry.create(text="过期", ends=LONG_AGO)
        confirmed = Round.create(**ROUND, confirmed_by="示例·队长")
    met.agree()
    with met.hub:
        tidy(met.hub)
        erase(met.hub, [("night_watch.round", confirmed.id)], "示例管理员")
    met.agree()
    met.agree()
    for store in (*met.laptops, met.hub):
        with store:
            assert not list(Entry.select()), "its day is over"
            assert not list(Round.select()), "its person wished so"


# -- on the desk ---------------------------------------------------------------------------------


def test_the_page_offers_to_void_it_and_never_to_delete_it(met: Meeting) -> None:
    laptop = met.laptops[0]
    with laptop:
        record = Round.create(**ROUND)
    browser = entered(desk_of(laptop))
    address = f"/c/night_watch.round/{record.id}"
    shown = page(browser, address)
    assert "/c/night_watch.round/delete" not in shown
    assert f"/do/night_watch.void_round/{record.id}" in shown
    browser.post("/c/night_watch.round/delete", data={"id": record.id})
    with laptop:
        assert Round.get_by_id(record.id), "nor may a crafted request"
        with pytest.raises(Refused):
            ask(laptop, Action, "night_watch.void_round", record.id, void_reason=" ")
        ask(laptop, Action, "night_watch.void_round", record.id, void_reason="重复")
        voided = Round.get_by_id(record.id)
        assert (voided.voided, voided.void_reason) == (True, "重复")
    assert "void_round" not in page(browser, address), "it is void already"


# -- what it may not say -------------------------------------------------------------------------


def declared(**lasting: Any) -> type[Record]:
    class Slip(Record):
        text = CharField(max_length=40, null=True)
        days = IntegerField(null=True)
        void = BooleanField(default=False)

        class Meta:
            collection = "slips.slip"

    Slip._meta.lasting = Lasting(**lasting)
    return Slip


@pytest.mark.parametrize(
    ("lasting", "said"),
    [
        ({"voided": "viod", "stays": ("txet",)}, "names txet, viod, which are no fields"),
        ({"once": "scope", "stays": "all"}, "names scope"),
        ({"voided": "text"}, "voided of lasting is a BooleanField"),
        ({"voided": "void", "why": "days"}, "why of lasting is a text"),
        ({"why": "text"}, "goes with voided"),
        ({"once": "text"}, "want stays"),
        ({"stays": ("text",), "but": ("days",)}, "but goes with"),
        ({"stays": ("text",), "planned": True}, "planned of lasting goes with once"),
    ],
)
def test_what_it_cannot_be_is_said_where_it_is_loaded(
    tmp_path: Path, lasting: dict[str, Any], said: str
) -> None:
    with meeting(tmp_path) as all_, pytest.raises(BadCollection, match=said):
        Collection(declared(**lasting), all_.hub.database)


def test_a_check_tells_it_at_the_models_line(tmp_path: Path) -> None:
    told = (Path(night_watch.__file__).read_text("utf-8") + 'version = "1.0"\n').replace(
        'once="confirmed_by"', 'once="confirmedby"'
    )
    (tmp_path / "night_watch.py").write_text(told, "utf-8")
    [found] = check(sources_of(tmp_path / "night_watch.py")).findings
    assert found.where == "night_watch.py:10"
    assert "lasting names confirmedby" in found.what.en
