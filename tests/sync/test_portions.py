"""Over a line that carries little before it dies all gets through, part by part, in whichever direction."""

import contextlib
import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from bad_lines import bad_line
from hongxian.engine.store import Store
from hongxian.errors import HubOutOfReach
from hongxian.wire.digest import digests, sum_anew
from hongxian.wire.round import LEAST_PORTION, PORTION
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.sync.incarnation import leave
from hongxian_client.sync.line.carrier import Carrier
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport import line as lines
from hongxian_client.transport.link import post_to_hub
from hongxian_server.sync.incarnation import start_epoch
from hongxian_server.tables.access import Incarnation, live_ones
from meeting import Meeting, meeting
from samples import SAMPLE, Visit
from sweeps import sweep

THIN = 9_000
"""Bytes that a connection carries: some twenty records, and what a request says besides."""


@pytest.fixture
def all_(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE) as made:
        made.team("east")
        made.team("west")
        yield made


def chance(letters: int, seed: int = 0) -> str:
    """A text that cannot be made smaller: two bytes of chance a letter."""
    han = [chr(code) for code in range(0x4E00, 0x4E00 + 20_000)]
    return "".join(random.Random(seed).choices(han, k=letters))


def written(laptop: Replica, count: int, letters: int = 100) -> None:
    with laptop, laptop.separately():
        Visit.insert_many(
            [{"name": f"示例·{n:03d}", "note": chance(letters, n)} for n in range(count)]
        ).execute()


def synced(laptop: Replica, url: str) -> Report:
    with laptop:
        return sync(laptop, post_to_hub(laptop, url))


def state_of(laptop: Replica) -> LaptopState:
    with laptop:
        return LaptopState.read()


def unsent(laptop: Replica) -> int:
    with laptop:
        return outbox.count(outbox.EntryState.UNSENT)


def alike(all_: Meeting, laptop: Replica) -> bool:
    with all_.hub:
        theirs = digests()
    with laptop:
        return digests() == theirs


@pytest.mark.parametrize("then", ["cut", "ended"])
@pytest.mark.parametrize("way", sweep(["both", "up", "down"]))
def test_one_sync_brings_all_through_a_line_that_dies_again_and_again(
    all_: Meeting, way: str, then: str
) -> None:
    first, second = all_.laptop("east"), all_.laptop("east")
    written(first, 120)
    with bad_line(all_.address, **{way: THIN}, then=then) as line:
        assert synced(first, line.url).sent == 120
        synced(second, line.url)
        assert synced(second, line.url).requests == 1
        assert len(line.connections) > 5
    assert alike(all_, first)
    assert alike(all_, second)


def test_what_a_line_carries_is_remembered_and_the_next_try_is_not_the_same(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    written(laptop, 120)
    with bad_line(all_.address, both=THIN) as line:
        synced(laptop, line.url)
        assert LEAST_PORTION < state_of(laptop).portion < THIN
        before = len(line.connections)
        written(laptop, 8)
        synced(laptop, line.url)
        assert max(line.connections[before:]) < THIN  # none of these died


def test_who_has_seen_a_line_die_trusts_no_connection_for_long(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    written(laptop, 8)
    with bad_line(all_.address, only=1, down=0) as line, laptop:
        post = post_to_hub(laptop, line.url)
        sync(laptop, post)
        before = len(line.connections)
        sync(laptop, post)
        assert len(line.connections) == before + 1


def test_portions_grow_again_over_a_line_that_is_better(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    with laptop, laptop.upkeep(), LaptopState.changing() as state:
        state.portion = LEAST_PORTION
    written(laptop, 400)
    report = synced(laptop, all_.address)
    assert report.requests < 20
    assert state_of(laptop).portion >= 16 * 1024
    synced(laptop, all_.address)
    assert state_of(laptop).portion < PORTION  # what was small tells nothing of what is large


def test_a_record_that_is_too_large_for_the_line_is_told_and_what_came_before_it_is_sent(
    all_: Meeting,
) -> None:
    laptop = all_.laptop("east")
    written(laptop, 40)
    with laptop:
        Visit.create(name="示例·大", note=chance(THIN))
    with bad_line(all_.address, up=THIN) as line:
        with pytest.raises(HubOutOfReach) as caught:
            synced(laptop, line.url)
        assert len(line.connections) < 150
    assert "not even the smallest part" in caught.value.text.en
    assert "断" in caught.value.text.zh
    assert unsent(laptop) == 1
    assert synced(laptop, all_.address).sent == 1


def test_a_line_that_stands_still_costs_two_waits_a_sync_and_each_sync_tries_less(
    all_: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "STILL_SECONDS", 0.8)
    laptop = all_.laptop("east")
    written(laptop, 200)
    with bad_line(all_.address, up=THIN, then="still") as line:
        with pytest.raises(HubOutOfReach) as caught:
            synced(laptop, line.url)
        died = len([each for each in line.connections if each >= THIN])
        assert died == 2
        assert "still" in caught.value.text.en or "slow" in caught.value.text.en
        for _ in range(5):
            if unsent(laptop):
                with contextlib.suppress(HubOutOfReach):
                    synced(laptop, line.url)
    assert unsent(laptop) == 0


def test_a_lost_hub_is_filled_again_over_such_a_line(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    written(laptop, 120)
    all_.sync()
    [scope] = state_of(laptop).teams
    with all_.hub, all_.hub.transaction():
        start_epoch(all_.hub)
        lost(all_.hub, scope)
    with bad_line(all_.address, both=THIN) as line:
        synced(laptop, line.url)
    assert alike(all_, laptop)
    with all_.hub:
        assert Visit.select().count() == 120


def test_a_laptop_whose_records_are_gone_has_them_again_over_such_a_line(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    written(laptop, 120)
    all_.sync()
    [scope] = state_of(laptop).teams
    with laptop, laptop.upkeep():
        lost(laptop, scope)
    with bad_line(all_.address, both=THIN) as line:
        assert synced(laptop, line.url).differs
        assert len(line.connections) > 5
    assert alike(all_, laptop)
    with laptop:
        assert Visit.select().count() == 120


def lost(store: Store, scope: str) -> None:
    """The records of a scope are gone, and nobody here knows of it."""
    store.database.execute_sql(f'DELETE FROM "{store.collections["sample.visit"].table}"')
    sum_anew(scope, "sample.visit", [])


def test_records_that_left_a_team_leave_part_by_part(all_: Meeting) -> None:
    stays, mover = all_.laptop("east"), all_.laptop("east", "west")
    written(stays, 800, 1)
    all_.sync()
    [here] = state_of(stays).teams
    [other] = state_of(mover).teams.keys() - {here}
    with mover, mover.separately():
        Visit.update(scope=other).execute()
    all_.sync(mover)
    answers = answers_to(stays, 512)
    assert len(answers) > 3
    assert answers[0] < 3_000
    with stays:
        assert Visit.select().count() == 0


def test_a_hub_gives_no_more_at_once_than_is_asked_for(all_: Meeting) -> None:
    first, second = all_.laptop("east"), all_.laptop("east")
    written(first, 120)
    all_.sync(first)
    answers = answers_to(second, 4_096)
    assert len(answers) > 3
    assert answers[0] < 2 * 4_096


def answers_to(laptop: Replica, portion: int) -> list[int]:
    """The bytes of each answer in a sync that begins with a portion."""
    answers: list[int] = []
    with laptop:
        with laptop.upkeep(), LaptopState.changing() as state:
            state.portion = portion
        post = post_to_hub(laptop)

        def noting(path: str, body: bytes) -> BytesIO:
            answer = post(path, body).read()
            answers.append(len(answer))
            return BytesIO(answer)

        sync(laptop, noting)
    return answers


def test_a_laptop_that_goes_on_as_another_asks_by_parts_what_was_taken(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    written(laptop, 60, 1)
    asked: list[int] = []
    with laptop:
        before = LaptopState.read().incarnation
        post = post_to_hub(laptop)
        laptop.asker = LaptopState.read().asker

        def noting(path: str, body: bytes) -> BytesIO:
            asked.append(len(body))
            return BytesIO(post(path, body).read())

        leave(laptop, Carrier(noting, LEAST_PORTION))
        assert LaptopState.read().incarnation != before
    assert len(asked) > 3
    assert synced(laptop, all_.address).sent == 60


@pytest.mark.thorough
def test_ten_thousand_records_get_through_twenty_kilobytes_a_connection(all_: Meeting) -> None:
    first, second = all_.laptop("east"), all_.laptop("east")
    written(first, 10_000, 12)
    with bad_line(all_.address, both=20_000) as line:
        report = synced(first, line.url)
        assert report.sent == 10_000
        assert report.requests < 120
        assert len(line.connections) < 200
        synced(second, line.url)
        assert len(line.connections) < 400
    assert alike(all_, second)


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["up", "down"])
def test_wherever_a_line_dies_once_the_same_sync_goes_on(all_: Meeting, way: str) -> None:
    """At each of many bytes of the request, and of the answer; nothing is taken twice."""
    laptop = all_.laptop("east")
    for dies in range(1, 4_000, 61):
        written(laptop, 12, 30)
        with bad_line(all_.address, only=1, **{way: dies}) as line:  # after who the hub is
            synced(laptop, line.url)
        assert unsent(laptop) == 0
    assert alike(all_, laptop)
    with all_.hub:
        assert Visit.select().count() == 12 * len(range(1, 4_000, 61))


# -- tries that never left ---------------------------------------------------------------------


@pytest.mark.thorough
def test_a_thousand_tries_that_never_left_make_no_laptop_a_copy(all_: Meeting) -> None:
    """By twenty programs, each of which writes something, after one answer that was lost."""
    laptop = all_.laptop("east")
    written(laptop, 3, 1)
    lost = HubOutOfReach(url="", detail="")
    with laptop:
        post = post_to_hub(laptop)

        def unanswered(path: str, body: bytes) -> BytesIO:
            post(path, body)
            raise lost

        with pytest.raises(HubOutOfReach):
            sync(laptop, unanswered)
    attempts = state_of(laptop).attempts
    assert attempts
    away = HubOutOfReach(url="", detail="")
    away.has_left = False

    def nobody(path: str, body: bytes) -> BytesIO:
        raise away

    for _ in range(20):
        again = Replica.open(laptop.folder, plugins=laptop.plugins)
        with again:
            Visit.create(name="示例·又")
            for _ in range(50):
                with pytest.raises(HubOutOfReach):
                    sync(again, nobody)
    assert state_of(laptop).attempts == attempts
    synced(laptop, all_.address)
    with all_.hub:
        assert [each.left_behind for each in Incarnation.select()] == [False]
        assert live_ones().count() == 1


def test_a_try_that_left_counts_though_the_next_one_of_the_same_sync_did_not(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    written(laptop, 3, 1)
    broken, away = HubOutOfReach(url="", detail=""), HubOutOfReach(url="", detail="")
    broken.carried, away.has_left = 500, False
    failures = iter([broken, away])

    def fails(path: str, body: bytes) -> BytesIO:
        raise next(failures)

    with laptop, pytest.raises(HubOutOfReach):
        sync(laptop, fails)
    assert state_of(laptop).attempts


def test_the_line_is_never_tried_without_end(all_: Meeting) -> None:
    laptop = all_.laptop("east")
    written(laptop, 50)
    with bad_line(all_.address, up=700) as line:  # less than a request says before its records
        with pytest.raises(HubOutOfReach):
            synced(laptop, line.url)
        assert len(line.connections) < 80
