"""What one laptop deletes of much within a day waits for the keeper; what people do rightly is let pass by one word."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from deleting import ALL, delete, make_all, states, there
from hongxian.model.record import COMMUNITY
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.review import attention
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.ops.held import Held, held_for_keeper, let_pass, refuse
from hongxian_server.sync.bundle import answer_bundle
from meeting import Meeting, meeting
from put_back import Town
from samples import SAMPLE, Thing

DAY = timedelta(days=1) / timedelta(milliseconds=1)


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, url=database_url) as met:
        make_all(met)
        yield met


def waiting(met: Meeting) -> list[Held]:
    with met.hub:
        return held_for_keeper(met.hub)


@pytest.mark.either_database
def test_what_deletes_much_waits_for_the_keeper_and_is_taken_by_his_word(met: Meeting) -> None:
    maker, other = met.laptops
    delete(other, 40)
    met.sync(other)
    assert there(met) == ALL
    assert states(other) == {"held": 40}
    [held] = waiting(met)
    assert (held.what, len(held.ids), held.collection) == ("deletion", 40, "sample.thing")
    met.sync(other)
    assert states(other) == {"held": 40}, "it waits without being sent again"
    with met.hub:
        let_pass(met.hub, held_for_keeper(met.hub))
    met.agree()
    assert there(met) == ALL - 40
    assert states(other) == {}
    assert waiting(met) == []
    with maker:
        assert Thing.select().count() == ALL - 40


@pytest.mark.either_database
def test_what_the_keeper_does_not_allow_is_refused_with_a_sentence_and_can_be_taken_back(
    met: Meeting,
) -> None:
    _, other = met.laptops
    delete(other, 40)
    met.sync(other)
    with met.hub:
        refuse(met.hub, held_for_keeper(met.hub))
    met.sync(other)
    assert states(other) == {"refused": 40}
    met.sync(other)
    assert states(other) == {"refused": 40}
    with other:
        for rejected in attention.rejected_transactions():
            assert "管理员" in str(rejected.reasons[""])
            attention.discard(other, rejected.number)
        assert Thing.select().count() == ALL
    met.agree()
    assert waiting(met) == []


def test_slices_through_a_day_are_held_as_one_round_is(met: Meeting) -> None:
    _, other = met.laptops
    for _ in range(5):
        delete(other, 8)
        met.sync(other)
    assert there(met) == ALL - 16
    assert states(other) == {"held": 24}
    with met.hub:
        met.hub.now = lambda now=met.hub.now: now() + int(DAY)  # type: ignore[misc]
        refuse(met.hub, held_for_keeper(met.hub))
    met.sync(other)
    delete(other, 8)
    met.sync(other)
    assert there(met) == ALL - 24


def test_a_tenth_of_a_large_collection_passes_and_the_keeper_sets_how_much(met: Meeting) -> None:
    _, other = met.laptops
    delete(other, 20)
    met.sync(other)
    assert there(met) == ALL - 20
    with met.hub, met.hub.upkeep(), HubState.changing() as state:
        state.deletions_percent = 50
    delete(other, 10)
    met.sync(other)
    assert there(met) == ALL - 30
    delete(other, 1)
    met.sync(other)
    assert waiting(met) != []


def test_what_a_laptop_made_itself_that_day_it_deletes_as_it_likes(met: Meeting) -> None:
    maker, other = met.laptops
    delete(maker, 30)
    met.sync()
    assert there(met) == ALL - 30
    with other:
        for thing in Thing.select():
            Thing.update(note="改").where(Thing.id == thing.id).execute()
    met.agree()
    delete(maker, 30)
    met.sync()
    assert there(met) == ALL - 30, "others have written on it"


def test_all_else_goes_on_while_deletions_wait(met: Meeting) -> None:
    _, other = met.laptops
    delete(other, 40)
    with other:
        Thing.create(name="新", scope=COMMUNITY)
        last = Thing.select().order_by(Thing.id.desc()).first()
        assert last.name == "新"
    met.sync(other)
    assert there(met) == ALL + 1
    with other:
        assert LaptopState.read().held
        assert Thing.select().count() == ALL - 40 + 1, "here they stay deleted"


def test_a_stick_is_held_too_and_brings_the_word_back(met: Meeting, tmp_path: Path) -> None:
    _, other = met.laptops
    delete(other, 40)

    def carried(name: str) -> None:
        bundle_out(other, tmp_path / f"{name}.out")
        with met.hub:
            answer_bundle(met.hub, tmp_path / f"{name}.out", tmp_path / f"{name}.in")
        bundle_in(other, tmp_path / f"{name}.in")

    carried("first")
    assert states(other) == {"held": 40}
    with met.hub:
        let_pass(met.hub, held_for_keeper(met.hub))
    carried("second")
    carried("third")
    assert states(other) == {}
    assert there(met) == ALL - 40


def test_nothing_waits_of_a_laptop_whose_access_ended(met: Meeting) -> None:
    _, other = met.laptops
    delete(other, 40)
    met.sync(other)
    [held] = waiting(met)
    with met.hub:
        devices.revoke(met.hub, held.device)
    assert waiting(met) == []


def test_the_keepers_word_is_on_what_the_keeper_saw_and_no_more(met: Meeting) -> None:
    """By a changed program, which sends other deletions under the same ids."""
    _, other = met.laptops
    delete(other, 25)
    met.sync(other)
    with met.hub:
        let_pass(met.hub, held_for_keeper(met.hub))
    with other, other.upkeep():
        kept = [id for (id,) in Thing.select(Thing.id).tuples()]
        for entry, id in zip(list(Entry.select()), kept, strict=False):
            Entry.update(record=id).where(Entry.position == entry.position).execute()
    met.sync(other)
    assert there(met) == ALL
    [held] = waiting(met)
    assert set(held.ids) <= set(kept)


# -- a hub that is being filled again --------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A hub that was put back to a time before much was deleted, as the keeper had allowed."""
    town = Town(tmp_path)
    with town.serving():
        maker, other = town.laptop("east"), town.laptop("east")
        with maker, maker.transaction():
            for number in range(ALL):
                Thing.create(name=f"物{number}", scope=COMMUNITY)
        town.agree()
    town.save()
    with town.serving():
        delete(other, 40)
        town.sync(other)
        with town.hub:
            let_pass(town.hub, held_for_keeper(town.hub))
        town.agree()
    town.load()
    return town


def test_deletions_that_one_laptop_offers_wait_for_another_that_tells_the_same(town: Town) -> None:
    maker, other = town.laptops
    with town.serving(new_life=True):
        town.sync(other)
        assert there(town) == ALL
        [held] = waiting(town)
        assert (held.what, len(held.ids)) == ("offer", 40)
        town.sync(maker)
        assert there(town) == ALL - 40
        assert waiting(town) == []
        town.agree()
        with other:
            assert Thing.select().count() == ALL - 40


def test_or_for_the_keeper(town: Town) -> None:
    other = town.laptops.pop()
    town.laptops[:] = [other]
    with town.serving(new_life=True):
        town.agree()
        assert there(town) == ALL
        with town.hub:
            let_pass(town.hub, held_for_keeper(town.hub))
        town.agree()
        assert there(town) == ALL - 40
        assert waiting(town) == []
