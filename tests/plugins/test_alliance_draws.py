"""A draw that anybody can repeat: the list and its hash come first, then the seed."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.alliance as alliance
import hongxian_plugins.roster as roster
from allied import TEAM, agreed, together, two_of
from hongxian import Refused
from hongxian_plugins.alliance import Candidate, Draw, Invite
from hongxian_plugins.alliance.seats.drawing import winners
from hongxian_plugins.alliance.seats.draws import digest_of, drawn
from hongxian_testing import refusing

pytestmark = [pytest.mark.plugins(alliance, roster), pytest.mark.teams(TEAM)]
SEED = "2026012 03 11 17"


def a_draw(laptop, people=10, places=3, **offer):
    """A draw for which so many asked."""
    draw = Draw.create(title="示例·抽签", offer=agreed(laptop, **offer), places=places).id
    for n in range(people):
        Candidate.create(draw=draw, person=f"示例·甲{n:03}")
    return draw


def test_what_was_drawn_can_be_done_again_with_nothing_but_sha256(laptop):
    draw = a_draw(laptop)
    laptop.do("alliance.freeze", draw)
    told = laptop.view("alliance.draw_chat", draw).text
    held = Draw.get_by_id(draw)
    assert hashlib.sha256(held.names.encode()).hexdigest() in told.zh
    assert "示例·甲" not in told.zh
    laptop.do("alliance.draw", draw, seed=SEED)
    again = sorted(
        held.names.split("\n"),
        key=lambda line: hashlib.sha256(f"{SEED}\n{line}".encode()).hexdigest(),
    )[:3]
    assert [each.called for each in winners(Draw.get_by_id(draw))] == [
        line.split(" ")[1] for line in again
    ]
    numbers = " ".join(line.split(" ")[0] for line in again)
    assert f"中签号：{numbers}" in laptop.view("alliance.draw_chat", draw).text.zh


def test_no_seed_before_the_list_is_frozen_and_none_after_it_was_drawn(laptop):
    draw = a_draw(laptop)
    with refusing(Refused, match="先封名单"):
        Draw.update(seed=SEED).execute()
    names = "1 示例·甲001 abcdefgh"
    with refusing(Refused, match="先封名单"):
        Draw.update(seed=SEED, names=names, digest=digest_of(names)).execute()
    laptop.do("alliance.freeze", draw)
    laptop.do("alliance.draw", draw, seed=SEED)
    with pytest.raises(Refused):
        Draw.update(seed="1").execute()
    assert Draw.get_by_id(draw).seed == SEED


def test_a_frozen_list_is_not_changed_and_has_the_hash_that_was_published(laptop):
    draw = a_draw(laptop)
    with refusing(Refused, match="对不上"):
        Draw.update(names="1 示例·乙 abcdefgh", digest="0" * 64).execute()
    laptop.do("alliance.freeze", draw)
    for change in ({"names": "1 示例·乙 abcdefgh"}, {"places": 9}, {"digest": "0" * 64}):
        with pytest.raises(Refused):
            Draw.update(**change).execute()
    with refusing(Refused, match="名单已经封了"):
        Candidate.create(draw=draw, person="示例·晚到")


def test_who_won_is_invited_once_as_far_as_there_are_seats(laptop):
    draw = a_draw(laptop, people=6, places=4, pieces=3)
    laptop.do("alliance.freeze", draw)
    laptop.do("alliance.draw", draw, seed=SEED)
    told = laptop.do("alliance.invite_winners", draw)
    assert "请了 3 人，还有 1 人没有座位" in str(told)
    laptop.do("alliance.invite_winners", draw)
    assert Invite.select().count() == 3


def test_who_asked_on_a_laptop_that_was_away_is_not_on_the_list_and_is_told(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        draw = a_draw(first)
    for each in (first, second):
        each.sync()
    with second:
        Candidate.create(draw=draw, person="示例·乙001")
    with first:
        first.do("alliance.freeze", draw)
    for each in (second, first):
        each.sync()
    with neighbourhood.hub:
        assert "示例·乙001" not in Draw.get().names
        assert Candidate.select().count() == 11
    together(neighbourhood)
    assert any("不在名单里" in each.zh for each in second.tasks)


def test_of_two_laptops_that_freeze_one_list_one_stands(neighbourhood):
    first, second = two_of(neighbourhood)
    with first:
        draw = a_draw(first)
    for each in (first, second):
        each.sync()
    with second:
        Candidate.create(draw=draw, person="示例·乙001")
        second.do("alliance.freeze", draw)
    with first:
        first.do("alliance.freeze", draw)
        mine = Draw.get().digest
    for each in (first, second):
        each.sync()
    assert second.refused
    second.discard()
    together(neighbourhood)
    for store in (first, second, neighbourhood.hub):
        with store:
            assert (Draw.get().digest, digest_of(Draw.get().names)) == (mine, mine)


def test_a_name_of_several_lines_is_one_line_of_the_list(laptop):
    draw = a_draw(laptop, people=1)
    Candidate.create(draw=draw, person="示例·乙\u2028001")
    laptop.do("alliance.freeze", draw)
    assert len(Draw.get().names.splitlines()) == len(Draw.get().names.split("\n")) == 2


LINES = st.lists(
    st.text(
        st.characters(exclude_categories=("Cs",), exclude_characters="\n"), min_size=1, max_size=12
    ),
    unique=True,
    min_size=1,
    max_size=30,
)


@given(LINES, st.text(max_size=20), st.integers(1, 40))
def test_as_many_are_drawn_as_there_are_places_each_once(lines, seed, places):
    listed = "\n".join(lines)
    won = drawn(listed, seed, places)
    assert won == drawn(listed, seed, places)
    assert len(won) == len(set(won)) == min(places, len(set(listed.split("\n"))))
    assert set(won) <= set(listed.split("\n"))


def test_each_line_wins_about_as_often_as_another():
    listed = "\n".join(f"{n} 示例·甲{n:03} {n:08x}" for n in range(1, 11))
    won = [drawn(listed, str(seed), 1)[0] for seed in range(2_000)]
    assert all(140 < won.count(line) < 260 for line in listed.split("\n"))
