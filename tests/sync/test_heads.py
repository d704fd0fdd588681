"""Only what a hub has signed says that it lost anything; what it had confirmed it takes back."""

import io
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hongxian.security.keys import SigningKey
from hongxian.wire.digest import digests
from hongxian.wire.hub.head import Head
from hongxian.wire.page import read_stream, stream
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.identity import RETIRED
from hongxian_server.membership import devices
from hongxian_server.ops.held import offers_for_keeper, take_held
from hongxian_testing.laptop import with_only
from put_back import Town
from samples import PEOPLE, Person
from signing import SigningDevice, enrolled, new_key

YEAR = 365 * 24 * 3_600_000
"""Milliseconds."""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


# -- who may say so --------------------------------------------------------------------------


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((PEOPLE,)))
    with made:
        devices.add_team(made, "east")
    return made


Ask = Callable[..., dict[str, Any]]
"""A round without records; what the hub says."""


@pytest.fixture
def device(hub: Hub) -> SigningDevice:
    return enrolled(hub, "east")


@pytest.fixture
def ask(hub: Hub, device: SigningDevice) -> Ask:
    client = make_app(hub).test_client()

    def asked(**more: Any) -> dict[str, Any]:
        usual = {
            "protocol": 2,
            "device": device.number,
            "epoch": device.epoch,
            "clock": 0,
            "lineage": {},
            "collections": [],
        }
        answer = device.post(client, "/v1/round", b"".join(stream({**usual, **more}, [])))
        assert answer.status_code == 200, answer.get_json()
        return dict(next(read_stream(io.BytesIO(answer.data))))

    return asked


_LOST = count(1)


def lost_head(life: str, key: SigningKey, stamp: int = 0) -> str:
    """A head that the hub does not have."""
    return Head(life, next(_LOST), "0" * 64, stamp).signed(key.sign)


def test_what_the_hub_has_not_signed_begins_nothing_and_moves_no_clock(
    hub: Hub, device: SigningDevice, ask: Ask
) -> None:
    ask()
    with hub:
        before = HubState.read()
    stranger = new_key()
    for place in range(200):
        life = device.epoch if place % 2 else f"{place:036x}"
        assert ask(head=lost_head(life, stranger, stamp=1 << 62), heads=["0-"])["status"] == "ok"
    with hub:
        assert HubState.read() == before


def test_an_unknown_life_without_a_head_begins_nothing(hub: Hub, ask: Ask) -> None:
    answer = ask(epoch="0" * 36)
    with hub:
        state = HubState.read()
    assert (answer["status"], answer["epoch"], state.lives) == ("epoch", state.epoch, {})


@pytest.mark.parametrize("life", ["present", "0" * 36])
def test_a_head_that_the_hub_signed_and_lacks_begins_one_new_life(
    hub: Hub, device: SigningDevice, ask: Ask, life: str
) -> None:
    head = lost_head(device.epoch if life == "present" else life, hub.identity.key)
    answers = [ask(head=head) for _ in range(3)]
    assert {answer["status"] for answer in answers} == {"epoch"}
    with hub:
        state = HubState.read()
    assert {answer["epoch"] for answer in answers} == {state.epoch}
    assert state.lives.keys() == {device.epoch, Head.read(head)[0].life}
    assert ask(epoch=state.epoch, head=answers[0]["head"])["status"] == "ok"


def test_a_head_that_a_hub_signed_whose_place_this_one_took_counts_as_its_own(
    hub: Hub, device: SigningDevice, ask: Ask
) -> None:
    former = new_key()
    (hub.folder / RETIRED).write_text(f"{former.public}\n")
    again = make_app(Hub.open(hub.folder, plugins=with_only((PEOPLE,)))).test_client()
    message = {"protocol": 2, "device": device.number, "epoch": "0" * 36, "clock": 0, "lineage": {}}
    message |= {"collections": [], "head": lost_head("0" * 36, former)}
    device.post(again, "/v1/round", b"".join(stream(message, [])))
    with hub:
        assert HubState.read().lives.keys() == {"0" * 36, device.epoch}


def test_a_state_of_the_journal_is_signed_once(
    hub: Hub, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[bytes] = []
    sign = SigningKey.sign

    def noted(key: SigningKey, said: bytes) -> str:
        signed.append(said)
        return sign(key, said)

    monkeypatch.setattr(SigningKey, "sign", noted)
    first, second = ask()["head"], ask()["head"]
    assert first == second
    assert len([said for said in signed if said.startswith(b"Hongxian head")]) == 1


# -- what it had confirmed, whatever its clock -------------------------------------------------


def ahead(town: Town) -> None:
    """The hub's clock goes a year ahead, until it is served again."""
    right = town.hub.now
    town.hub.now = lambda: right() + YEAR


def lose_all(town: Town) -> None:
    """An empty hub with the key of the one that was lost, and the same team and laptops to join again."""
    with town.hub:
        [(scope, name)] = devices.teams().items()
    kept = (town.hub.folder / "identity.key").read_bytes()
    shutil.rmtree(town.folder / "hub")
    (town.folder / "hub").mkdir(mode=0o700)
    (town.folder / "hub" / "identity.key").write_bytes(kept)
    town.hub = Hub.init(town.folder / "hub", "示例社区", plugins=with_only(town.modules))
    with town.hub:
        devices.add_team(town.hub, name, scope=scope)


@pytest.mark.parametrize("empty", [False, True])
def test_what_was_written_while_the_hubs_clock_was_ahead_is_there_again(
    town: Town, empty: bool
) -> None:
    with town.serving():
        one, two = town.laptop("east"), town.laptop("east")
        with one:
            early = Person.create(name="示例·前").id
        town.agree()
    town.save()
    with town.serving():
        ahead(town)
        town.sync(one)
        with one:
            Person.create(name="示例·中")
            Person.update(note="一").where(Person.id == early).execute()
        town.sync(one, two)
        with one:
            Person.create(name="示例·先")  # unsent, by a clock that follows the hub's
    with town.serving():
        with two:
            Person.create(name="示例·后")
        town.sync(two)
    lose_all(town) if empty else town.load()
    with town.serving(new_life=not empty):
        for laptop in (one, two) if empty else ():
            town.rejoin(laptop)
        town.agree()
        new = town.laptop("east")
        town.agree()
        for store in (town.hub, one, two, new):
            with store:
                names = sorted(each.name for each in Person.select())
                assert names == ["示例·中", "示例·先", "示例·前", "示例·后"]
                assert Person.get_by_id(early).note == "一"
        for laptop in (one, two):
            with laptop:
                assert not Entry.select().exists()
        with town.hub:
            held = {each.collection for each in offers_for_keeper(town.hub)}
            assert held <= {"hongxian.device", "hongxian.team"}  # the lost hub's own directory


def test_what_no_head_vouches_for_is_held_for_the_keeper(town: Town) -> None:
    with town.serving():
        one = town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        ahead(town)
        town.sync(one)
        with one:
            Person.create(name="示例·中")
        town.sync(one)
    town.load()
    with town.serving(new_life=True):
        with one, one.upkeep(), LaptopState.changing() as state:
            state.hub_head = ""
        town.sync(one)
        with town.hub:
            assert not Person.select().exists()
            [held] = offers_for_keeper(town.hub)
            assert held.as_row().values["name"] == "示例·中"
            take_held(town.hub, [held])
        town.agree()
        with town.hub:
            assert [each.name for each in Person.select()] == ["示例·中"]
            assert digests()
