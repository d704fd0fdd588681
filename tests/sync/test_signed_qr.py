"""A code that one laptop signs and another checks with no network."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import quiet_room
from hongxian import Refused, local_now
from hongxian.codes import (
    PASSING_MINUTES,
    QrRefused,
    QrUnheardOf,
    is_signed_for,
    passing_qr,
    read_signed_qr,
    signed_qr,
)
from hongxian.plugins.offers import Action
from hongxian_server.membership import devices
from meeting import Meeting, meeting
from offering import ask
from quiet_room import Seat

ARRIVE = "quiet_room.arrive"


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    """A hub and two laptops that know of each other."""
    with meeting(tmp_path, quiet_room) as met:
        met.team("自习室")
        met.laptop("自习室"), met.laptop("自习室")
        met.sync()
        yield met


def code_of(met: Meeting, hours: int = 1, purpose: str = ARRIVE) -> str:
    """A code of the first laptop's, for a seat that both then hold."""
    with met.laptops[0] as first:
        seat = Seat.create(reader="示例·甲001", hour="09:00", desk=1)
        until = local_now(first) + timedelta(hours=hours)
        text = signed_qr(first, purpose, Seat.get_by_id(seat.id), until).text
    met.sync()
    return text


def test_another_laptop_and_the_hub_know_a_code_for_true_offline(met: Meeting) -> None:
    code = code_of(met)
    assert len(code) == 188
    with met.laptops[0]:
        seat, maker = Seat.get().id, met.laptops[0].writer().laptop
    for store in (met.laptops[1], met.hub):
        with store:
            told = read_signed_qr(store, ARRIVE, f"  {code.lower()}\n")
            assert (told.record, told.laptop) == (seat, maker)
            assert isinstance(told.until, datetime)


def test_a_code_at_a_door_is_another_each_minute_and_soon_over(met: Meeting) -> None:
    with met.laptops[0] as first:
        seat = Seat.create(reader="示例·甲001", hour="09:00", desk=1)
        shown, told = passing_qr(first, ARRIVE, seat).text, local_now(first)
        said = read_signed_qr(first, ARRIVE, shown)
    assert (said.until.second, said.record) == (0, seat.id)
    assert timedelta(minutes=PASSING_MINUTES - 1) < said.until - told + timedelta(seconds=5)
    assert said.until - told <= timedelta(minutes=PASSING_MINUTES)
    with met.hub, pytest.raises(Refused, match="Laptops sign"):
        passing_qr(met.hub, ARRIVE, seat)


def test_whose_purpose_a_code_serves_is_seen_though_it_is_over(met: Meeting) -> None:
    old = code_of(met, hours=-1)
    assert is_signed_for(ARRIVE, old)
    assert not is_signed_for("quiet_room.leave", old)
    assert not is_signed_for(ARRIVE, "K7M2-9QXA")


def test_a_code_is_taken_once_where_its_record_keeps_that(met: Meeting) -> None:
    code = code_of(met)
    with met.laptops[1] as second:
        assert ask(second, Action, ARRIVE, code=code) == "示例·甲001"
        with pytest.raises(Refused, match="used already"):
            ask(second, Action, ARRIVE, code=code)


@pytest.mark.parametrize("at", [0, 10, 60, 100, 150, 187])
def test_one_other_letter_anywhere_makes_it_false(met: Meeting, at: int) -> None:
    code = code_of(met)
    other = "B" if code[at] != "B" else "C"
    with met.laptops[1] as second, pytest.raises(QrRefused):
        read_signed_qr(second, ARRIVE, code[:at] + other + code[at + 1 :])


@pytest.mark.parametrize("code", ["", "K7M2-9QXA", "A" * 188, "一" * 188, "A" * 100_000])
def test_what_is_no_code_is_said_to_be_none(met: Meeting, code: str) -> None:
    with met.laptops[1] as second, pytest.raises(QrRefused, match="none of ours"):
        read_signed_qr(second, ARRIVE, code)


def test_a_code_is_good_for_its_purpose_alone(met: Meeting) -> None:
    code = code_of(met, purpose="quiet_room.leave")
    with met.laptops[1] as second, pytest.raises(QrRefused, match="something else"):
        read_signed_qr(second, ARRIVE, code)


def test_a_code_is_over_after_its_time(met: Meeting) -> None:
    code = code_of(met, hours=-1)
    with met.laptops[1] as second, pytest.raises(QrRefused, match="good until"):
        read_signed_qr(second, ARRIVE, code)


def test_a_revoked_laptops_codes_are_taken_no_more_once_that_is_known(met: Meeting) -> None:
    code = code_of(met)
    with met.laptops[0]:
        number = met.laptops[0].writer().number
    with met.hub:
        devices.revoke(met.hub, number)
    met.sync(met.laptops[1])
    for store in (met.laptops[1], met.hub):
        with store, pytest.raises(QrRefused, match="no laptop of this community"):
            read_signed_qr(store, ARRIVE, code)


def test_a_laptop_takes_its_own_before_it_synced_and_another_says_that_it_has_not_heard_of_it(
    tmp_path: Path,
) -> None:
    with meeting(tmp_path, quiet_room) as met:
        met.team("自习室")
        met.laptop("自习室"), met.laptop("自习室")
        first, second = met.laptops
        with first:
            seat = Seat.create(reader="示例·甲001", hour="09:00", desk=1)
            code = signed_qr(first, ARRIVE, seat, local_now(first) + timedelta(hours=1)).text
            assert read_signed_qr(first, ARRIVE, code).record == seat.id
        with second, pytest.raises(QrUnheardOf, match="sync once"):
            read_signed_qr(second, ARRIVE, code)
