"""Keys that people take for one are one key, on laptops and at the hub; values stay as they were typed."""

import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField

from hongxian import Claim, Record
from hongxian.collections.builtin import Task
from hongxian.engine import upgrade
from hongxian.errors import Taken
from hongxian.model.claim import key_of
from hongxian.model.record import COMMUNITY
from hongxian.words.folding import folded
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from hongxian_client.review.claim_status import claims_of
from hongxian_server.hub import Hub
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import plugin

UNSEEN = "\u200b\u200d\u2060\ufeff\u00ad\u180e\ufe0f\u3164\U000e0020"
LETTERS = st.text(st.sampled_from("aA1１é e\u0301\u0308　\u00a0调－-ﬁ①ﾞｶ가" + UNSEEN), max_size=12)


class Locker(Record):
    """A locker, by its number."""

    number = CharField(max_length=20)
    who = CharField(max_length=20)

    class Meta:
        collection = "folding.locker"
        scope = COMMUNITY
        claims = [("number",)]


class Unclaimed(Record):
    """The same, of a release that did not claim its number."""

    number = CharField(max_length=20)
    who = CharField(max_length=20)

    class Meta:
        collection = "folding.locker"
        scope = COMMUNITY


class Shown(Record):
    """The same, of a release whose keys are other ones."""

    number = CharField(max_length=20)
    who = CharField(max_length=20)

    class Meta:
        collection = "folding.locker"
        scope = COMMUNITY
        claims = [Claim("who", only={"number": ["A 1"]}), Claim("number")]


LOCKERS, FORMER, OTHER = (plugin("folding", each) for each in (Locker, Unclaimed, Shown))


@pytest.fixture
def two(tmp_path: Path, database_url: str | None):
    with meeting(tmp_path, LOCKERS, url=database_url) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east")


@given(LETTERS | st.text())
def test_what_is_folded_stays_so_and_looks_no_other(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert unicodedata.is_normalized("NFKC", once)
    for other in (f" {text}\u3000", unicodedata.normalize("NFD", text), f"\u200b{text}\ufeff"):
        assert folded(other) == once
    assert folded(text.replace(" ", "\u00a0 ")) == once


def test_no_character_is_folded_twice_to_another() -> None:
    texts = [f"a{chr(code)}b" for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    assert [each for each in texts if folded(folded(each)) != folded(each)] == []


def test_case_and_letters_count() -> None:
    assert len({folded(each) for each in ("a 1", "A 1", "a1", "ä 1", "a −1", "a -1")}) == 6


def test_what_nobody_sees_is_no_key() -> None:
    assert key_of(["a", " \u200b"]) is None
    assert key_of([None]) is None


@given(st.lists(LETTERS, min_size=2, max_size=6))
def test_a_column_of_keys_is_what_each_record_by_itself_holds(numbers: list[str]) -> None:
    claim = Claim("number")
    assert claim.keys_of_columns(["number"], [numbers]) == [
        claim.key_of({"number": each}) for each in numbers
    ]


@pytest.mark.either_database
@pytest.mark.parametrize("other", ["Ａ-１", " A-1", "A\u200b-1", "A-1\u3000"])
def test_of_two_laptops_offline_one_has_the_number_however_it_is_written(
    two: tuple[Meeting, Replica, Replica], other: str
) -> None:
    all_, first, second = two
    with first:
        late = Locker.create(number=other, who="示例·迟").id
    with second:
        early = Locker.create(number="A-1", who="示例·早").id
    all_.sync(second, first)
    with first:
        [rejected] = attention.rejected_transactions()
        assert Locker.get_by_id(late).number == other
        assert claims_of(first, first.collection("folding.locker"), [early, late]) == {
            early: "confirmed",
            late: "bumped",
        }
    assert (rejected.taken.holder, rejected.taken.key) == (early, [other])
    [[reason]] = rejected.reasons.values()
    assert "A-1" in reason.zh
    assert "A-1" in reason.en
    with all_.hub:
        assert [each.number for each in Locker.select()] == ["A-1"]


def test_who_is_refused_reads_both_spellings_and_who_holds_the_number(two) -> None:
    _, first, _ = two
    with first:
        held = Locker.create(number="Ａ１", who="示例·早").id
        with pytest.raises(Taken) as refused:
            Locker.create(number="A1", who="示例·迟")
        same = pytest.raises(Taken, match=r"record …\w+\. ")
        with same:
            Locker.create(number="Ａ１", who="示例·迟")
        Locker.update(number="A1").where(Locker.id == held).execute()  # its own, otherwise written
        with pytest.raises(Taken):
            Locker.insert_many([{"number": n, "who": "甲"} for n in ("B 2", "B  2")]).execute()
    assert refused.value.facts["holder"] == held
    assert "A1" in str(refused.value)
    assert "Ａ１" in str(refused.value)


def reopened(store: Hub | Replica, module: object) -> Hub | Replica:
    return type(store).open(store.folder, plugins=with_only((module,)))


def test_a_claim_over_records_that_share_a_key_becomes_tasks_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "AT_ONCE", 1)
    with meeting(tmp_path, FORMER) as all_:
        all_.team("east")
        laptop = all_.laptop("east")
        with laptop:
            for number in ("A 1", "Ａ　1", "B"):
                Unclaimed.create(number=number, who="示例·甲")
        all_.sync(laptop)
        for _ in range(2):
            hub = reopened(all_.hub, LOCKERS)
            assert [each.errors for each in hub.plugins.all] == [[]]
            with hub:
                told = [each.record for each in Task.select()]
                doubles = Locker.select().where(Locker.number != "B")
                assert sorted(told) == sorted(each.id for each in doubles)
                assert len(told) == 2
        with reopened(laptop, LOCKERS), pytest.raises(Taken):
            Locker.create(number="b".upper() + "\u200b", who="示例·乙")


def test_keys_are_made_anew_where_a_release_claims_something_else(tmp_path: Path) -> None:
    with meeting(tmp_path, LOCKERS) as all_:
        all_.team("east")
        laptop = all_.laptop("east")
        with laptop:
            Locker.create(number="A 1", who="示例·甲")
        with reopened(laptop, OTHER):
            with pytest.raises(Taken):
                Shown.create(number="A  1", who="示例·乙")
            Shown.create(number="A 2", who="示例·甲")
        with reopened(laptop, LOCKERS), pytest.raises(Taken):
            Locker.create(number="A  2", who="示例·丙")
