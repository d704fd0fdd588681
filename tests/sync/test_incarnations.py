"""Who is who hangs on no number: shares, dots, rights and teams are a laptop's own, whatever the hub forgot."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from consoles import last_act
from hongxian.collections.builtin import Conflict
from hongxian.merges import adding, plus, removing
from hongxian.records import COMMUNITY
from hongxian.words.incarnation import incarnation_of, low_bits_of
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_server.membership import devices
from hongxian_server.tables.keeper_log import Act
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from put_back import MODULES, Town
from samples import PEOPLE, SAMPLE, Person, Thing, Visit

NOON = 1_795_953_600_000


def state_of(laptop: Replica) -> LaptopState:
    with laptop:
        return LaptopState.read()


def teams_of(laptop: Replica) -> set[str]:
    return set(state_of(laptop).teams.values())


def scope_of(laptop: Replica, team: str) -> str:
    return next(scope for scope, name in state_of(laptop).teams.items() if name == team)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path)
    made.team("west")
    return made


def test_a_newcomer_after_a_restore_is_told_from_the_one_that_the_hub_forgot(town: Town) -> None:
    with town.serving():
        old = town.laptop("east", "west")
        with old:
            Thing.create(name="磨石", people=0, scope=COMMUNITY)
            Visit.create(name="东边的", scope=scope_of(old, "east"))
        town.agree()
    town.save()
    with town.serving():
        forgotten = town.laptop("east")
        town.agree()
        with forgotten:
            Thing.update(people=plus(5), skills=adding("磨刀", "理发")).execute()
        town.sync(forgotten, old)
    town.load()
    with town.serving(new_life=True):
        newcomer = town.laptop("west")
        town.sync(newcomer)
        assert state_of(newcomer).number == state_of(forgotten).number, "given twice"
        with newcomer:
            Thing.update(people=plus(3), skills=adding("缝补")).execute()
        town.sync(newcomer, old, newcomer, old)
        assert teams_of(newcomer) == {"west"}
        with newcomer:
            assert not Visit.select().exists()
            Thing.update(skills=removing("缝补")).execute()
        with town.hub:
            code, _ = devices.make_code(town.hub, ["east"])
        with forgotten:
            join(forgotten, town.address, code)
        town.sync()
        town.sync()
        for laptop in town.laptops:
            with laptop:
                assert Thing.get().people == 8
                assert Thing.get().skills == {"磨刀", "理发"}
        assert teams_of(forgotten) == {"east"}
        assert state_of(newcomer).number != state_of(forgotten).number


def test_what_two_lives_of_the_hub_counted_adds_up(town: Town) -> None:
    with town.serving():
        laptop = town.laptop("east")
        with town.hub:
            Thing.create(name="磨石", people=1, scope=COMMUNITY)
        town.agree()
    town.save()
    with town.serving():
        with town.hub:
            Thing.update(people=plus(5), skills=adding("磨刀")).execute()
        town.sync(laptop)
    town.load()
    with town.serving(new_life=True):
        with town.hub:
            Thing.update(people=plus(3), skills=adding("理发")).execute()
        town.agree()
        with laptop:
            assert Thing.get().people == 9
            assert Thing.get().skills == {"磨刀", "理发"}


def test_a_hub_that_was_put_back_does_not_wait_for_what_a_laptop_has_left_since(town: Town) -> None:
    with town.serving():
        laptop, other = town.laptop("east"), town.laptop("east")
        town.agree()
    town.save()
    folder = town.folder / "copy"
    shutil.copytree(laptop.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
    restored = Replica.open(folder, plugins=with_only(MODULES))
    with town.serving():
        for each, name in ((laptop, "示例·一"), (restored, "示例·二")):
            with each:
                Person.create(name=name)
            with each, each.upkeep(), LaptopState.changing() as state:
                state.hub_url = town.address
            town.sync(each)
        assert state_of(restored).incarnation != state_of(laptop).incarnation
    town.load()
    town.laptops = [restored, other]
    with town.serving(new_life=True):
        town.agree()
        with town.hub:
            assert not town.hub.recovering
            assert {each.name for each in Person.select()} == {"示例·一", "示例·二"}


def alike(met: Meeting) -> tuple[Replica, Replica]:
    """Two laptops of one clock, whose stamps nothing tells apart."""
    one, other = met.laptop("east"), met.laptop("east")
    wanted = low_bits_of(state_of(one).incarnation)
    id = state_of(other).laptop
    salt = next(
        salt
        for salt in map("{:016x}".format, count())
        if low_bits_of(incarnation_of(id, salt)) == wanted
    )
    with other, other.upkeep(), LaptopState.changing() as state:
        state.salt, state.incarnation = salt, incarnation_of(id, salt)
    for laptop in (one, other):
        laptop.now = lambda: NOON
    return one, other


def test_two_transactions_never_have_one_stamp_in_what_is_agreed(tmp_path: Path) -> None:
    with meeting(tmp_path, PEOPLE) as met:
        met.team("east")
        met.hub.now = lambda: NOON
        one, other = alike(met)
        with one:
            id = Person.create(name="原").id
        met.agree()
        stamps = []
        for laptop in (one, other):
            with laptop:
                Person.update(name=f"示例·{len(stamps)}").execute()
                stamps.append(
                    laptop.view(laptop.collection("people.person"), [id])[id].local.newest
                )
        assert stamps[0] == stamps[1]
        met.agree()
        with met.hub:
            row = met.hub.collection("people.person").rows_by_id([id])[id]
            [conflict] = Conflict.select()
        assert {conflict.kept, conflict.lost} == {'"示例·0"', '"示例·1"'}
        assert conflict.kept_stamp == row.newest != conflict.lost_stamp


def test_a_copy_of_what_the_keeper_retired_goes_on_as_another_and_loses_nothing(
    tmp_path: Path,
) -> None:
    modules = (SAMPLE, PEOPLE)
    with meeting(tmp_path, *modules) as met:
        met.team("east")
        laptop = met.laptop("east")
        met.agree()
        left = state_of(laptop).number
        folder = tmp_path / "copy"
        shutil.copytree(laptop.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
        copy = Replica.open(folder, plugins=with_only(modules))
        for each, name in ((laptop, "示例·一"), (copy, "示例·二")):
            with each:
                Person.create(name=name)
        met.sync(laptop, copy)
        with laptop:
            Person.create(name="示例·三")
        with met.hub:
            devices.retire(met.hub, left)
        assert last_act(met.hub)[:2] == [Act.RETIRED, str(left)]
        met.laptops.append(copy)
        met.agree()
        assert len({state_of(each).incarnation for each in met.laptops}) == 2
        assert left not in {state_of(each).number for each in met.laptops}
        with copy:
            assert {each.name for each in Person.select()} == {"示例·一", "示例·二", "示例·三"}
