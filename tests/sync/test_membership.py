"""Who is of which team is what the keeper said, also after the hub was put back from a backup."""

from pathlib import Path

import orjson
import pytest

from hongxian.collections.builtin import Device, Team
from hongxian.errors import DeviceRevoked, Unauthorized
from hongxian.merges import adding, plus
from hongxian.records import COMMUNITY
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.held import offers_for_keeper, refuse_held, take_held
from hongxian_testing.laptop import with_only
from put_back import Town
from samples import SAMPLE, Thing, Visit


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((SAMPLE,)))
    with made:
        devices.add_team(made, "east")
    return made


def number_of(laptop: Replica) -> int:
    with laptop:
        return LaptopState.read().number


def laptop_of(laptop: Replica) -> str:
    with laptop:
        return LaptopState.read().laptop


def teams_of(laptop: Replica) -> list[str]:
    with laptop:
        return sorted(LaptopState.read().teams.values())


def test_the_directory_shows_the_teams_and_decides_nothing(town: Town) -> None:
    with town.serving():
        laptop, scope = town.laptop("east"), town.team("west")
        with town.hub:
            mine = Device.number == number_of(laptop)
            Device.update(teams=adding(scope)).where(mine).execute()
        town.sync(laptop)
        assert teams_of(laptop) == ["east"]
        with town.hub:
            devices.grant(town.hub, number_of(laptop), "west")
        town.sync(laptop)
        assert teams_of(laptop) == ["east", "west"]
        with town.hub:
            devices.withdraw(town.hub, number_of(laptop), "east")
            assert set(Device.get(mine).teams) == {scope}
        town.sync(laptop)
        assert teams_of(laptop) == ["west"]


def test_a_hub_that_was_put_back_learns_whom_it_had_let_into_what(town: Town) -> None:
    with town.serving():
        laptop = town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        scope = town.team("west")
        with town.hub:
            devices.grant(town.hub, number_of(laptop), "west")
            devices.withdraw(town.hub, number_of(laptop), "east")
        town.sync(laptop)
        with laptop:
            Visit.create(name="来访", scope=scope)
        town.sync(laptop)
    town.load()
    with town.serving(new_life=True):
        town.agree()
        assert teams_of(laptop) == ["west"]
        with town.hub:
            assert [each.scope for each in Visit.select()] == [scope]
            assert [each.name for each in Team.select().order_by(Team.name)] == ["east", "west"]


@pytest.mark.parametrize("was_known", [True, False])
def test_a_hub_that_was_put_back_learns_whose_access_had_ended(town: Town, was_known: bool) -> None:
    """Of a laptop too that joined after the backup, which a code lets in no more."""
    if not was_known:
        town.save()
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        town.agree()
    if was_known:
        town.save()
    with town.serving():
        with town.hub:
            devices.revoke(town.hub, number_of(other))
        town.sync(one)
    town.load()
    with town.serving(new_life=True):
        if not was_known:
            town.rejoin(one)
        town.sync(one)
        if not was_known:
            with pytest.raises(DeviceRevoked):
                town.rejoin(other)
        with pytest.raises(DeviceRevoked if was_known else Unauthorized):
            town.sync(other)
        with town.hub:
            listed = [
                each.revoked for each in Device.select().where(Device.laptop == laptop_of(other))
            ]
            assert all(listed)


def test_nobody_ends_anothers_access_by_a_grant_of_ones_own_making(town: Town) -> None:
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        town.agree()
        with one, one.upkeep(), LaptopState.changing() as state:
            said, _, mac = state.grant.rpartition(".")
            whose, standing, ended = orjson.loads(said)
            assert ended == {}
            more = orjson.dumps([whose, standing, {laptop_of(other): 9999999999999}]).decode()
            state.grant = f"{more}.{mac}"
        town.sync(one)
        town.sync(other)


def test_a_grant_of_ones_own_making_is_worth_nothing(town: Town) -> None:
    with town.serving():
        laptop, scope = town.laptop("east"), town.team("west")
        town.sync(laptop)
        with laptop, laptop.upkeep(), LaptopState.changing() as state:
            said, _, mac = state.grant.rpartition(".")
            more = said.replace("{", f'{{"{scope}":[9999999999999,"x","west"],', 1)
            state.grant = f"{more}.{mac}"
        town.sync(laptop)
        assert teams_of(laptop) == ["east"]


# -- what is held for the keeper -------------------------------------------------------------


def counted_by_one_that_stays_away(town: Town) -> tuple[Replica, Replica]:
    """Two laptops and a hub that lost what the second counted, which the first has seen."""
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        with one:
            Thing.create(name="磨石", people=1, scope=COMMUNITY)
        town.agree()
    town.save()
    with town.serving():
        with other:
            Thing.update(people=plus(5)).execute()
        town.sync(other, one)
    town.load()
    return one, other


def count(town: Town) -> int:
    with town.hub:
        return int(Thing.get().people)


def test_anothers_share_waits_for_its_laptop(town: Town) -> None:
    one, _ = counted_by_one_that_stays_away(town)
    with town.serving(new_life=True):
        town.sync(one)
        assert count(town) == 1
        town.agree()
        assert count(town) == 6
        with town.hub:
            assert not offers_for_keeper(town.hub)


@pytest.mark.parametrize("takes", [True, False])
def test_or_for_the_keeper(town: Town, takes: bool) -> None:
    one, _ = counted_by_one_that_stays_away(town)
    with town.serving(new_life=True):
        town.sync(one)
        with town.hub:
            [held] = offers_for_keeper(town.hub)
            assert (held.collection, held.laptop) == ("sample.thing", laptop_of(one))
            (take_held if takes else refuse_held)(town.hub, [held])
            assert not offers_for_keeper(town.hub)
        assert count(town) == (6 if takes else 1)
        town.sync(one)
        with one:
            assert Thing.get().people == count(town)
