"""Ids of transactions: what came once is known again, and a laptop is told from its copy by them."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.errors import HubOutOfReach
from hongxian.merges import plus
from hongxian.model.transaction_id import TransactionIds, ids_in, last_of, runs_of
from hongxian.records import COMMUNITY
from hongxian.wire.page import read_stream
from hongxian.wire.round import ATTEMPTS, RoundReply, Status
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.tables.taken import Taken, note_taken, taken_of
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import SAMPLE, Thing

IDS = st.lists(
    st.tuples(st.sampled_from(["a" * 20, "b" * 20]), st.integers(1, 12)), max_size=12, unique=True
)


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, url=database_url) as met:
        met.team("east")
        met.laptop("east")
        yield met


@given(IDS)
def test_runs_name_the_same_ids_in_the_same_order(ids: list[tuple[str, int]]) -> None:
    runs = runs_of(ids)
    assert list(ids_in(runs)) == ids
    assert last_of(runs) == (ids[-1] if ids else None)


def test_ids_of_one_opening_come_to_one_run_and_two_openings_share_none() -> None:
    one, two = TransactionIds(), TransactionIds()
    ids = [one.draw() for _ in range(100)]
    assert [many for _, _, many in runs_of(ids)] == [100]
    assert not {*ids} & {two.draw() for _ in range(100)}


@pytest.mark.either_database
def test_what_was_taken_in_is_known_by_its_ids_with_the_seqs_of_then(met: Meeting) -> None:
    @given(IDS, st.lists(st.integers(0, 9), min_size=12, max_size=12))
    def known(ids: list[tuple[str, int]], drawn: list[int]) -> None:
        with met.hub, met.hub.upkeep():
            Taken.delete().execute()
            seqs = drawn[: len(ids)]
            note_taken(runs_of(ids), seqs)
            wanted = {id: seq for id, seq in zip(ids, seqs, strict=True) if seq}
            everything = [("a" * 20, 1, 20), ("b" * 20, 1, 20)]
            assert taken_of(everything) == wanted
            assert taken_of(runs_of(ids)) == wanted

    known()


def losing_answers(replica: Replica) -> object:
    with replica:
        send = post_to_hub(replica)

    def post(path: str, body: bytes) -> BinaryIO:
        send(path, body)
        raise HubOutOfReach(url="", detail="the answer was lost")

    return post


def try_to_sync(replica: Replica, post: object) -> None:
    with replica, pytest.raises(HubOutOfReach):
        sync(replica, post)  # type: ignore[arg-type]


def synced(replica: Replica) -> Report:
    with replica:
        return sync(replica, post_to_hub(replica))


def test_a_laptop_that_tries_all_day_after_a_lost_answer_is_taken_for_no_copy(
    met: Meeting,
) -> None:
    """Each time by another process, with a little more work."""
    [laptop] = met.laptops
    with laptop:
        Thing.create(name="灯", people=1, scope=COMMUNITY)
    try_to_sync(laptop, losing_answers(laptop))

    def nobody(path: str, body: bytes) -> BinaryIO:
        away = HubOutOfReach(url="", detail="nobody there")
        away.has_left = False
        raise away

    with laptop, laptop.upkeep(), LaptopState.changing() as state:
        lost = state.attempts  # and as many later ones as are told
        state.attempts = [*lost, *([f"{n:020x}", 1] for n in range(ATTEMPTS - 1))]
    for _ in range(5):
        laptop.ids = TransactionIds()
        with laptop:
            Thing.update(people=plus(1)).execute()
        try_to_sync(laptop, nobody)
    with laptop, laptop.upkeep(), LaptopState.changing() as state:
        assert state.attempts[: len(lost)] == lost
        state.attempts = lost
    assert not synced(laptop).notes
    with met.hub:
        assert Thing.get().people == 6


def test_what_a_laptop_tells_does_not_grow_with_its_tries(met: Meeting) -> None:
    [laptop] = met.laptops
    for _ in range(20):
        with laptop:
            Thing.create(name="灯", people=1, scope=COMMUNITY)
        try_to_sync(laptop, losing_answers(laptop))
    with laptop:
        assert len(LaptopState.read().attempts) == 1
    assert not synced(laptop).notes
    with met.hub:
        assert Thing.select().count() == 20


def test_a_request_that_the_network_brings_again_after_others_is_answered_and_not_counted(
    met: Meeting,
) -> None:
    [laptop] = met.laptops
    sent: list[bytes] = []
    with laptop:
        send = post_to_hub(laptop)

    def keeping(path: str, body: bytes) -> BinaryIO:
        if path == "/v1/round":
            sent.append(body)
        return send(path, body)

    for _ in range(2):
        with laptop:
            Thing.create(name="灯", people=5, scope=COMMUNITY)
            sync(laptop, keeping)
    assert len(sent) > 1
    for body in sent:
        reply = RoundReply.load(next(read_stream(send("/v1/round", body))))
        assert reply.status is Status.OK
    assert not synced(laptop).notes
    with met.hub:
        assert [each.people for each in Thing.select()] == [5, 5]


def test_a_corrected_transaction_is_another_one(met: Meeting) -> None:
    """What is put right after the hub refused it must not be taken for what came before."""
    [laptop] = met.laptops
    with laptop:
        Thing.create(name="灯", people=1, scope=COMMUNITY)
    synced(laptop)
    folder = laptop.folder
    again = Replica.open(folder, plugins=with_only((SAMPLE,)))
    with again:
        Thing.update(people=plus(2)).execute()
    assert not synced(again).notes
    with met.hub:
        assert Thing.get().people == 3
