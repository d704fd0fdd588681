"""The tests of shifts.py and thanks.py together: `pytest docs/examples`."""

from datetime import date

import pytest

import shifts
import thanks
from hongxian.records import new_id
from shifts import Shift
from thanks import Card

pytestmark = pytest.mark.plugins(shifts, thanks)


def confirmed(minutes=90):
    day = date(2026, 5, 1)
    return Shift.create(name="值班", person=new_id(), day=day, minutes=minutes, confirmed=True)


def test_a_confirmed_shift_is_thanked_for_at_once(laptop):
    shift = confirmed()
    [card] = Card.select()
    assert (card.person, card.hearts, card.name) == (shift.person, 3, "2026-05-01 值班")


def test_what_is_taken_back_is_thanked_for_no_more(laptop):
    shift = confirmed()
    shift.confirmed = False
    shift.save()
    assert not Card.select().exists()


def test_a_laptop_without_the_cards_loses_none(neighbourhood, hub):
    bare = neighbourhood.laptop(plugins=(shifts,))
    with bare:
        confirmed()
    bare.sync()
    with hub:
        assert Card.select().get().hearts == 3
