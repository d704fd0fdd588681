"""A circle: the laptops of one case, begun offline; no other laptop holds anything of it, on no road."""

import io
from pathlib import Path

import pytest

import home_visits
from home_visits import Call, Household
from hongxian.circles import laptops_inside, laptops_outside, let_in, let_out
from hongxian.collections.builtin import CircleMember, Task
from hongxian.errors import Refused
from hongxian.model.circle import new_circle
from hongxian.wire.bundle import read_bundle
from hongxian.wire.digest import digests
from hongxian.wire.page import read_stream
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_server.history.record_history import history_of
from hongxian_server.membership import devices
from hongxian_server.membership.circles import hand_over
from hongxian_server.sync.bundle import answer_bundle
from hongxian_server.tables.membership import writer_of
from put_back import Town

SECRET = "示例·独居者"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path, (home_visits,))


def laptop_of(laptop: Replica) -> str:
    with laptop:
        return LaptopState.read().laptop


def holds_anything(folder: Path, *words: str) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


def begun_by(laptop: Replica) -> Household:
    """A household with a visit, begun where no hub is asked."""
    with laptop:
        household = Household.create(name=SECRET, needs="示例：送餐")
        Call.create(household=household.id, day="2026-03-01", found="示例：安好")
        return Household.get()


def names_in(laptop: Replica) -> list[str]:
    with laptop:
        return [each.name for each in Household.select()] + [each.found for each in Call.select()]


def test_what_belongs_to_a_case_lies_in_the_circle_that_its_first_record_began(town: Town) -> None:
    with town.serving():
        laptop = town.laptop("east")
        household = begun_by(laptop)
        with laptop:
            assert household.scope.startswith("c-")
            assert Call.get().scope == household.scope
            assert begun_by(laptop).scope == household.scope  # the first that is found
            assert len({each.scope for each in Household.select()}) == 2


def test_another_laptop_of_the_team_holds_nothing_of_it_in_its_files(town: Town) -> None:
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        household = begun_by(one)
        for _ in range(2):
            town.sync(one, other)
        assert names_in(other) == []
        assert names_in(one) == [SECRET, "示例：安好"]
        assert not holds_anything(other.folder, SECRET, household.id, household.scope)
        with other:
            assert household.scope not in digests()
        with town.hub:
            assert [each.name for each in Household.select()] == [SECRET]
            by = devices.numbered(3)
            with pytest.raises(Refused):
                history_of(town.hub, writer_of(by), "home_visits.household", household.id)


def test_who_is_in_it_lets_another_laptop_of_the_team_in_and_out_again(town: Town) -> None:
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        household = begun_by(one)
        town.sync()
        with one:
            assert [each.laptop for each in laptops_inside(household)] == [laptop_of(one)]
            [outside] = laptops_outside(household)
            let_in(household, outside.laptop)
        town.sync()
        assert names_in(other) == [SECRET, "示例：安好"]
        with other:
            Call.update(found="示例：变更").execute()
        town.sync()
        town.sync()
        with one:
            assert Call.get().found == "示例：变更"
            let_out(household, laptop_of(other))
        town.sync()
        assert names_in(other) == []
        assert not holds_anything(other.folder, SECRET, "示例：变更")
        with one:
            assert [each.laptop for each in laptops_inside(household)] == [laptop_of(one)]


def test_what_was_unsent_when_one_is_let_out_is_kept_and_goes_out_when_let_in_again(
    town: Town,
) -> None:
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        household = begun_by(one)
        town.sync()
        with one:
            let_in(household, laptop_of(other))
        town.sync()
        with other:
            Call.update(found="示例：没送出").execute()
        with one:
            let_out(household, laptop_of(other))
        town.sync()
        assert names_in(other) == []
        with one:
            let_in(household, laptop_of(other))
        town.sync()
        town.sync()
        with one:
            assert Call.get().found == "示例：没送出"


def test_a_laptop_of_no_such_team_is_not_let_in_and_the_last_not_out(town: Town) -> None:
    with town.serving():
        town.team("west")
        one, stranger = town.laptop("east"), town.laptop("west")
        household = begun_by(one)
        town.sync()
        with one:
            let_in(household, laptop_of(stranger))
            let_out(household, laptop_of(one))
        town.sync()
        town.sync()
        assert names_in(stranger) == []
        assert names_in(one) == [SECRET, "示例：安好"]
        with one:
            assert Task.select().where(Task.scope == household.scope).count() == 2
            assert [each.laptop for each in laptops_inside(household)] == [laptop_of(one)]


def test_with_the_team_its_circles_go_and_with_the_team_they_come_back(town: Town) -> None:
    with town.serving():
        one = town.laptop("east")
        begun_by(one)
        town.sync()
        with town.hub:
            devices.withdraw(town.hub, 2, "east")
        town.sync()
        assert names_in(one) == []
        with town.hub:
            devices.grant(town.hub, 2, "east")
        town.sync()
        assert names_in(one) == [SECRET, "示例：安好"]


def test_nobody_writes_into_a_circle_of_anothers_nor_begins_one_in_anothers_name(
    town: Town,
) -> None:
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        household = begun_by(one)
        town.sync()
        with other:
            [team] = LaptopState.read().teams
            for scope in (household.scope, new_circle(team, laptop_of(one))):
                with pytest.raises(Refused):
                    Household.create(name="示例·偷看", scope=scope)
                with pytest.raises(Refused):
                    CircleMember.create(laptop=laptop_of(other), scope=scope)


def test_a_hub_that_was_put_back_learns_who_was_let_in_and_out(town: Town) -> None:
    with town.serving():
        one, other, third = town.laptop("east"), town.laptop("east"), town.laptop("east")
        town.sync()
    town.save()
    with town.serving():
        household = begun_by(one)
        town.sync()
        with one:
            let_in(household, laptop_of(other))
            let_in(household, laptop_of(third))
        town.sync()
        with one:
            let_out(household, laptop_of(third))
        town.sync()
        town.sync()
    town.load()
    with town.serving(new_life=True):
        town.sync(third, other, one)
        town.sync()
        assert names_in(other) == names_in(one) == [SECRET, "示例：安好"]
        assert names_in(third) == []
        with one:
            inside = {each.laptop for each in laptops_inside(household)}
            assert inside == {laptop_of(one), laptop_of(other)}
        with town.hub:
            assert [each.name for each in Household.select()] == [SECRET]


def test_the_keeper_hands_the_circles_of_a_broken_laptop_over(town: Town) -> None:
    with town.serving():
        town.team("west")
        one, other, stranger = town.laptop("east"), town.laptop("east"), town.laptop("west")
        begun_by(one)
        town.sync()
        with town.hub:
            devices.revoke(town.hub, 2)
            assert hand_over(town.hub, 2, 4) == 0
            assert hand_over(town.hub, 2, 3) == 1
        town.sync(other, stranger)
        assert names_in(other) == [SECRET, "示例：安好"]
        assert names_in(stranger) == []


def test_a_hub_that_lost_everything_lets_those_back_in_to_whom_its_keeper_gives_a_code(
    town: Town,
) -> None:
    town.save()
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        household = begun_by(one)
        town.sync()
        with one:
            let_in(household, laptop_of(other))
        town.sync()
    town.load()
    with town.serving(new_life=True):
        town.rejoin(other)
        town.sync(other)
        town.rejoin(one)
        town.sync()
        town.sync()
        assert names_in(one) == names_in(other) == [SECRET, "示例：安好"]


def test_by_stick_too_nothing_of_it_comes_to_another(town: Town) -> None:
    with town.serving():
        one, other = town.laptop("east"), town.laptop("east")
        household = begun_by(one)
        town.sync()
        asked, answered = town.folder / "asked", town.folder / "answered"
        for laptop, scopes in ((other, set()), (one, {household.scope})):
            with laptop:
                bundle_out(laptop, asked)
            answer_bundle(town.hub, asked, answered)
            _, _, body = read_bundle(answered)
            _, *pages = read_stream(io.BytesIO(body))
            brought = {each["scope"] for each in pages}
            assert {each for each in brought if each.startswith("c-")} <= scopes
            with laptop:
                bundle_in(laptop, answered)
        assert names_in(other) == []
        assert not holds_anything(other.folder, SECRET, household.id)


def test_a_laptop_that_is_of_as_many_circles_as_may_be_begins_no_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongxian.collections.rights.MOST_CIRCLES", 1)
    with town.serving():
        one = town.laptop("east")
        begun_by(one)
        town.sync()
        with one, pytest.raises(Refused):
            Household.create(name="示例·多")


def test_a_record_does_not_leave_its_circle(town: Town) -> None:
    with town.serving():
        one = town.laptop("east")
        household = begun_by(one)
        with one:
            [team] = LaptopState.read().teams
        with one, pytest.raises(Refused):
            one.edit(Household, {household.id: {"scope": team}})
