"""What a phone sends is done once: sent by many at once, in two processes, and again after one was killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NewDatabase

from hongxian import Refused
from hongxian.model.record import new_id
from hongxian.model.stamp import DAY_MILLISECONDS, wall_clock
from hongxian_server.hub import Hub
from hongxian_server.ops.hourly import ON_RECORDS
from hongxian_server.phone.once import Answer, done_once
from hongxian_server.tables.phone_sends import KEPT_DAYS, PhoneSend
from hongxian_testing.laptop import with_only
from sent_twice import WHOSE, WISHES, Wish, elsewhere, sent_at_once, wish

NAME = "3f1c9a52e07b4d6680aa57d1"


def new_hub(folder: Path, url: str | None) -> Hub:
    return Hub.init(folder, "示例社区", database_url=url, plugins=with_only((WISHES,)))


@pytest.fixture
def hub(tmp_path: Path, database_url: str | None) -> Iterator[Hub]:
    with new_hub(tmp_path / "hub", database_url) as made:
        yield made


@pytest.mark.either_database
def test_what_many_send_at_once_under_one_name_is_done_once_and_all_hear_the_same(hub: Hub) -> None:
    told = sent_at_once(hub, NAME, 8)
    assert told == [Wish.get().id] * 8
    assert sent_at_once(hub, NAME, 2) == told[:2]
    assert Wish.select().count() == 1


@pytest.mark.thorough
def test_two_processes_of_one_hub_do_it_once(tmp_path: Path, new_postgres: NewDatabase) -> None:
    with new_postgres() as url, new_hub(tmp_path / "hub", url) as hub:
        other = elsewhere(tmp_path / "hub", NAME, 8)
        told = []
        while other.poll() is None:  # before it, at the same time, and behind it
            told += sent_at_once(hub, NAME, 2)
        out, _ = other.communicate()
        assert other.returncode == 0
        assert {*told, *out.split()} == {Wish.get().id}
        assert len(out.split()) == 8


@pytest.mark.either_database
@pytest.mark.parametrize(("dies", "done"), [("inside", 0), ("behind", 1)])
def test_what_was_sent_to_a_process_that_is_killed_is_sent_again_and_done_once(
    hub: Hub, dies: str, done: int
) -> None:
    killed = elsewhere(hub.folder, NAME, 1, dies)
    assert killed.wait() == 9
    killed.communicate()
    assert Wish.select().count() == PhoneSend.select().count() == done
    assert sent_at_once(hub, NAME, 3) == [Wish.get().id] * 3
    assert Wish.select().count() == 1


def test_what_is_refused_leaves_nothing_and_is_tried_again(hub: Hub) -> None:
    def refuse() -> Answer:
        wish()
        raise Refused("没有伞了。", "No umbrella is left.")

    with pytest.raises(Refused, match="umbrella"):
        done_once(hub, NAME, WHOSE, refuse)
    assert not Wish.select().exists()
    assert done_once(hub, NAME, WHOSE, wish) == {"told": Wish.get().id}


def test_a_name_that_one_phone_gave_stands_in_no_others_way(hub: Hub) -> None:
    mine, theirs = (done_once(hub, NAME, whose, wish) for whose in (WHOSE, new_id()))
    assert mine != theirs
    assert Wish.select().count() == 2


def test_an_hour_lets_go_of_what_was_sent_long_ago(hub: Hub) -> None:
    done_once(hub, NAME, WHOSE, wish)
    hub.now = lambda: wall_clock() + (KEPT_DAYS - 1) * DAY_MILLISECONDS
    done_once(hub, NAME[::-1], WHOSE, wish)
    hub.now = lambda: wall_clock() + (KEPT_DAYS + 1) * DAY_MILLISECONDS
    for each in ON_RECORDS:
        each(hub)
    assert [each.id.split()[0] for each in PhoneSend.select()] == [NAME[::-1]]
    done_once(hub, NAME[::-1], WHOSE, wish)
    assert Wish.select().count() == 2
