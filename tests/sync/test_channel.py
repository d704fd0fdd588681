"""The channel: what one laptop saves, the others are rung for at once, and nobody asks while nothing is new."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from filelock import FileLock
from peewee import DatabaseError

from hongxian.errors import DeviceRevoked
from hongxian.wire.news import Said, event, words
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.loop import SyncLoop
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import link_to_hub, post_to_hub
from hongxian_server.http.serve import make_server
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.sync.bell import Bell
from hongxian_server.sync.incarnation import start_epoch
from hongxian_server.sync.news import facts_for, news_for
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.keeper_log import KeeperEntry
from hongxian_testing.laptop import with_only
from listening import listening
from meeting import Meeting, meeting
from on_channel import NEVER, Asking, running, soon
from samples import SAMPLE, Thing


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE) as found:
        yield found


def names(replica: Replica) -> set[str]:
    with replica:
        return {each.name for each in Thing.select()}


def number_of(replica: Replica) -> int:
    with replica:
        return LaptopState.read().number


def save(replica: Replica, name: str, **values: str) -> None:
    with replica:
        Thing.create(name=name, **values)


def test_what_one_saves_another_has_without_asking_by_the_clock(there: Meeting) -> None:
    one, other = there.laptop(), there.laptop()
    with running(one), running(other):
        for number in range(3):
            save(one, f"示例·{number}", scope="community")
            soon(lambda: f"示例·{number}" in names(other))  # noqa: B023
            save(other, f"示例·回{number}", scope="community")
            soon(lambda: f"示例·回{number}" in names(one))  # noqa: B023


def test_who_may_not_see_it_is_not_rung(there: Meeting) -> None:
    team, _ = there.team("示例队"), there.team("示例别队")
    one, mate = there.laptop("示例队"), there.laptop("示例队")
    stranger = there.laptop("示例别队")
    there.agree()
    with running(one), running(mate), running(stranger) as (_, asking):
        before = len(asking.paths)
        save(one, "示例·甲", scope=team)
        soon(lambda: "示例·甲" in names(mate))
        save(one, "示例·乙", scope="community")
        soon(lambda: "示例·乙" in names(stranger))
        asked = asking.paths[before:]
    assert asked.count("/v1/round") == 1
    assert "示例·甲" not in names(stranger)


def test_what_another_process_does_at_the_hub_rings_too(there: Meeting) -> None:
    """The keeper's commands run beside the hub that serves."""
    laptop = there.laptop()
    beside = type(there.hub).open(there.folder / "hub", plugins=with_only([SAMPLE]))
    with running(laptop):
        with beside:
            scope = devices.add_team(beside, "示例新队")
            devices.grant(beside, number_of(laptop), "示例新队")
        soon(lambda: scope in teams(laptop))


def teams(replica: Replica) -> dict[str, str]:
    with replica:
        return LaptopState.read().teams


def test_who_was_let_into_a_team_is_rung_for_it_from_then_on(there: Meeting) -> None:
    team = there.team("示例队")
    one, late = there.laptop("示例队"), there.laptop()
    there.agree()
    with running(one), running(late):
        with there.hub:
            devices.grant(there.hub, number_of(late), "示例队")
        soon(lambda: team in teams(late))
        save(one, "示例·甲", scope=team)
        soon(lambda: "示例·甲" in names(late))
        with there.hub:
            devices.withdraw(there.hub, number_of(late), "示例队")
        soon(lambda: team not in teams(late))
        soon(lambda: not names(late))


def test_a_line_that_is_lost_is_asked_for_anew_and_nothing_is_missed(there: Meeting) -> None:
    one, other = there.laptop(), there.laptop()
    there.agree()
    with running(other) as (loop, _):
        assert loop.channel is not None
        loop.channel.hang_up()
        save(one, "示例·甲", scope="community")
        there.sync(one)
        soon(lambda: "示例·甲" in names(other))
        soon(lambda: loop.is_live)


def test_a_hub_that_stops_and_comes_back_is_found_again(there: Meeting, tmp_path: Path) -> None:
    one, other = there.laptop(), there.laptop()
    there.agree()
    server = make_server(there.hub, "127.0.0.1", 0, threads=2)
    port = server.port
    with listening(server) as address:
        for each in (one, other):
            with each, each.upkeep(), LaptopState.changing() as state:
                state.hub_url = address
        loop = SyncLoop(other, Asking(other), pace=NEVER)
        loop.start()
        soon(lambda: loop.is_live)
    try:
        soon(lambda: not loop.is_live)
        with listening(make_server(there.hub, "127.0.0.1", port, threads=2)):
            save(one, "示例·甲", scope="community")
            there.sync(one)
            soon(lambda: "示例·甲" in names(other))
            soon(lambda: loop.is_live)
    finally:
        loop.stop()


def test_while_nothing_is_new_one_small_question_is_asked_instead_of_a_round(
    there: Meeting,
) -> None:
    one, other = there.laptop(), there.laptop()
    save(one, "示例·甲", scope="community")
    there.agree()
    asking = Asking(one)
    with one:
        known = sync(one, asking).known
        assert known is not None
        asking.paths.clear()
        assert sync(one, asking, known=known).known == known
        assert asking.paths == ["/v1/news"]
        save(one, "示例·乙", scope="community")
        assert sync(one, asking, known=known).sent == 1
    with other:
        Thing.create(name="示例·丙", scope="community")
    there.sync(other)
    with one:
        assert sync(one, asking, known=known).received == 1


def test_who_asks_for_news_when_its_access_has_ended_leaves_as_by_a_round(there: Meeting) -> None:
    laptop = there.laptop()
    save(laptop, "示例·甲", scope="community")
    there.agree()
    with laptop:
        known = sync(laptop, post_to_hub(laptop)).known
    assert known is not None
    with there.hub:
        devices.revoke(there.hub, number_of(laptop))
    with laptop, pytest.raises(DeviceRevoked):
        sync(laptop, post_to_hub(laptop), known=known)
    assert not names(laptop)


def test_a_laptop_that_asks_for_news_waits_for_no_other_sync_of_its_folder(there: Meeting) -> None:
    laptop = there.laptop()
    with laptop:
        known = sync(laptop, post_to_hub(laptop)).known
        assert known is not None
        beside = FileLock(laptop.sync_lock.lock_file)
        with beside:
            assert sync(laptop, post_to_hub(laptop), known=known).known == known


def test_a_hub_that_was_put_back_is_not_taken_for_the_same(there: Meeting) -> None:
    laptop = there.laptop()
    save(laptop, "示例·甲", scope="community")
    there.agree()
    asking = Asking(laptop)
    with laptop:
        known = sync(laptop, asking).known
        with there.hub:
            start_epoch(there.hub)
        asking.paths.clear()
        sync(laptop, asking, known=known)
    assert "/v1/round" in asking.paths


def test_words_that_are_forged_said_again_or_of_another_line_are_not_heard(there: Meeting) -> None:
    laptop = there.laptop()
    with laptop:
        sync(laptop, post_to_hub(laptop))
        link = link_to_hub(laptop)
        line, opening = link.stay("/v1/channel/" + "0" * 32)
        line.end()
        first, second = (event(link.shared, opening, n, Said.QUIET) for n in (0, 1))
        heard = [line for each in (first, second) for line in each.splitlines(keepends=True)]
        assert list(words(link.shared, opening, iter(heard))) == [Said.QUIET, Said.QUIET]
        ring = event(link.shared, opening, 0, Said.RINGS)
        for lines in (
            [first, first],
            [second],
            [first.replace(b"quiet", b"rings")],
            [ring.replace(b"data:", b"id:")],
            [b"data: rings\n"],
            [b"\xff\n"],
        ):
            with pytest.raises(
                ValueError, match=r"not proven|not enough|too many|ascii|not a valid"
            ):
                list(words(link.shared, opening, iter(lines)))
        with pytest.raises(ValueError, match="not proven"):
            list(words(link.shared, f"{opening} ", iter([first])))


def test_nobody_else_is_let_onto_the_channel(there: Meeting) -> None:
    answer = urllib3.request("GET", f"{there.address}/v1/channel/{'0' * 32}")
    assert answer.status == 401


def test_whose_access_ended_hears_no_more(there: Meeting) -> None:
    laptop = there.laptop()
    with running(laptop) as (loop, _):
        with there.hub:
            devices.revoke(there.hub, number_of(laptop))
        soon(lambda: not loop.running)
        soon(lambda: not loop.is_live)


def test_the_hub_looks_at_nothing_once_nobody_listens(there: Meeting) -> None:
    laptop = there.laptop()
    with running(laptop):
        assert "hongxian-bell" in [each.name for each in threading.enumerate()]
    soon(lambda: "hongxian-bell" not in [each.name for each in threading.enumerate()])


def test_whom_the_hub_could_not_let_onto_the_channel_it_does_not_count(there: Meeting) -> None:
    """Its database had failed it: the bell would have looked for them until its process ended."""
    bell, laptop = Bell(there.hub), there.laptop()
    table = KeeperEntry._meta.table_name
    with there.hub as hub:
        hub.database.execute_sql(f"ALTER TABLE {table} RENAME TO elsewhere")
        with pytest.raises(DatabaseError), bell.heard_by(laptop.folder.name, lambda: None):
            pass
        hub.database.execute_sql(f"ALTER TABLE elsewhere RENAME TO {table}")
    assert not bell.listening()


def test_a_token_stands_for_all_that_a_round_would_tell(there: Meeting) -> None:
    team = there.team("示例队")
    laptop = there.laptop()
    there.agree()

    def token() -> str:
        with there.hub:
            [by] = live_ones()
            state = HubState.read()
            return news_for(by, state, facts_for(there.hub, by, state))

    seen = [token()]
    assert seen[0]
    with there.hub:
        devices.grant(there.hub, number_of(laptop), "示例队")
    seen.append(token())
    with there.hub:
        Thing.create(name="示例·甲", scope=team)
    seen.append(token())
    with there.hub:
        thing = Thing.get()
        thing.name = "示例·乙"
        thing.save()
    seen.append(token())
    with there.hub:
        Thing.get().delete_instance()
    seen.append(token())
    assert len(set(seen)) == len(seen)
