"""What somebody said last of a consent, under whichever of their joined records, on whichever laptop."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.roster as roster
from hongxian.doubles import join_doubles, part_doubles
from hongxian.records import Consent, Consents, consent_said, withdraw_consent
from hongxian_plugins.roster import Care, Person
from meeting import meeting

pytestmark = pytest.mark.plugins(roster)
PEOPLE, RED, BLUE = "roster.person", "示例·红队", "示例·蓝队"


def people(*names: str) -> list[str]:
    return [Person.create(name=each).id for each in names]


def test_nothing_on_record_is_no_refusal(laptop):
    [who] = people("示例·甲001")
    assert consent_said(who, "data") is None
    Consent.create(person=who, kind="health")
    assert consent_said(who, "data") is None
    assert consent_said(who, "health") is True


def test_the_newest_word_counts_under_whichever_record_until_they_are_parted(laptop):
    one, same = people("示例·甲001", "示例甲001")
    Consent.create(person=one, kind="data")
    Consent.create(person=same, kind="data", given=False)
    assert [consent_said(each, "data") for each in (one, same)] == [True, False]
    join_doubles(PEOPLE, one, same)
    assert [consent_said(each, "data") for each in (one, same)] == [False, False]
    Consent.create(person=one, kind="data")
    assert Consents("data").said(same) is True
    part_doubles(PEOPLE, one)
    assert [consent_said(each, "data") for each in (one, same)] == [True, False]


def test_what_they_said_to_one_team_is_no_word_to_another(neighbourhood):
    red, both = neighbourhood.laptop(RED), neighbourhood.laptop(RED, BLUE)
    with red:
        [who] = people("示例·甲001")
        Consent.create(person=who, kind="data")
        ours = Consent.get().scope
    neighbourhood.meet()
    with both:
        [theirs] = {*both.store.writer().teams} - {ours}
        Consent.create(person=who, kind="data", given=False, scope=theirs)
        said = Consents("data")
        assert [said.said(who, each) for each in (ours, theirs, "")] == [True, False, False]


def test_a_no_is_put_down_under_each_record_so_that_what_hangs_on_any_is_erased(neighbourhood):
    laptop = neighbourhood.laptop(RED)
    with laptop:
        one, same = people("示例·甲001", "示例甲001")
        join_doubles(PEOPLE, one, same)
        Care.create(person=same, note="花生过敏")
        withdraw_consent(one, "health", Care.get().scope)
    neighbourhood.meet()
    neighbourhood.tidy()
    neighbourhood.meet()
    with laptop:
        assert not Care.select().exists()


def test_health_that_was_agreed_to_under_the_other_record_is_no_task(laptop):
    one, same = people("示例·甲001", "示例甲001")
    Consent.create(person=one, kind="health")
    Care.create(person=same, note="花生过敏")
    assert len(laptop.tasks) == 1
    join_doubles(PEOPLE, one, same)
    assert laptop.tasks == []


SAYS = st.tuples(st.integers(0, 1), st.integers(0, 2), st.booleans() | st.none())


@given(st.lists(SAYS, max_size=8))
def test_all_hear_the_same_last_word_whoever_wrote_it_down_in_whatever_order_they_met(
    said: list[Any],
) -> None:
    with TemporaryDirectory() as folder, meeting(Path(folder), roster) as met:
        team = met.team(RED)
        laptops = met.laptop(team), met.laptop(team)
        with laptops[0]:
            three = people("示例·甲001", "示例甲001", "示例甲 001")
            for other in three[1:]:
                join_doubles(PEOPLE, three[0], other)
        met.agree()
        for place, whose, word in said:
            with laptops[place]:
                if word is None:
                    met.sync(laptops[place])
                else:
                    Consent.create(person=three[whose], kind="data", given=word)
        met.agree()
        heard = set()
        for store in (*laptops, met.hub):
            with store:
                newest = Consent.select().order_by(Consent.stamp.desc()).first()
                heard |= {consent_said(each, "data", team) for each in three}
        assert heard == {newest and newest.given}
