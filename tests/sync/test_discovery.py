"""Hubs are found in a network by what they announce, known by their key alone, and found again where they moved."""

import json
import random
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from zeroconf import DNSIncoming, DNSOutgoing, DNSPointer

from announcing import (
    HERE,
    announcement,
    anybody_announces,
    fingerprint,
    overhearing,
    own_network,
    speaking,
)
from command_line import Place, hub_process
from command_line import new_hub as new_hub_place
from hongxian.errors import HubOutOfReach
from hongxian.security.code import LETTERS, drawn, fingerprint_of
from hongxian.wire.hub.announcement import LONGEST_NAME, SERVICE, SETTING, name_of
from hongxian.wire.hub.identity import HubStatement
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync import enrol
from hongxian_client.sync.enrol import NoHubHere, OtherHub, join
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.discovery import (
    MOST_NAMES,
    MOST_SHOWN,
    Heard,
    find_hub,
    hubs_here,
    listen,
)
from hongxian_client.transport.link import NotTheHub
from hongxian_client.transport.seeking import FIRST_WAIT, Seeking
from hongxian_server.hub import Hub
from hongxian_server.ops.network.announcing import announced, announced_at
from hongxian_testing.laptop import with_only
from proven_hubs import Impostor, at_its_place, code_of, new_hub, served
from proven_hubs import joined as join_at
from samples import SAMPLE, Visit
from signing import new_key


@pytest.fixture(autouse=True)
def network() -> Iterator[None]:
    with own_network():
        yield


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return new_hub(tmp_path / "hub")


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return Replica.open(tmp_path / "laptop", plugins=with_only((SAMPLE,)))


@contextmanager
def served_and_announced(hub: Hub) -> Iterator[str]:
    with served(hub) as url, announced(hub, HERE, port_of(url)):
        yield url


def port_of(url: str) -> int:
    return urlsplit(url).port or 0


def synced(laptop: Replica, post: Seeking) -> Report:
    with laptop:
        return sync(laptop, post)


def seeking(laptop: Replica, clock: object = time.monotonic) -> Seeking:
    with laptop:
        return Seeking(laptop, clock)  # type: ignore[arg-type]


def first_heard(fingerprint: str) -> Heard:
    with closing(listen(20, fingerprint)) as heard:
        return next(heard)


def address_of(laptop: Replica) -> str:
    with laptop:
        return LaptopState.read().hub_url


def stranger() -> Impostor:
    """With a sound key of its own."""
    return Impostor(json.loads(json.dumps(vars(HubStatement.signed(new_key(), "")))))


# -- joining -----------------------------------------------------------------------------------


def test_a_code_alone_finds_its_hub(hub: Hub, laptop: Replica) -> None:
    with served_and_announced(hub) as url, laptop:
        assert join(laptop, None, code_of(hub)).community == "示例社区"
        assert LaptopState.read().hub_url == url


def test_a_hub_that_is_not_here_is_said_to_be_none(
    hub: Hub, laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrol, "PATIENT_SECONDS", 1)
    with laptop, pytest.raises(NoHubHere):
        join(laptop, None, code_of(hub))


def test_several_hubs_are_told_apart_also_where_their_communities_have_one_name(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    other = new_hub(tmp_path / "other")
    with served_and_announced(hub) as url, served_and_announced(other) as elsewhere:
        assert set(hubs_here()) == {
            Heard("示例社区", fingerprint(hub), url),
            Heard("示例社区", fingerprint(other), elsewhere),
        }
        with laptop:
            join(laptop, None, code_of(other))
        assert address_of(laptop) == elsewhere


def test_the_commands_list_hubs_and_join_by_the_code(tmp_path: Path) -> None:
    hub = new_hub_place(tmp_path / "hub", "示例队")
    laptop = Place(tmp_path / "laptop")
    code = hub.json("hub", "enrol", "示例队")["code"]
    with hub_process(hub, "--host", "0.0.0.0") as url:
        here = f"https://{HERE}:{port_of(url)}"
        told = laptop.json("hubs")["hubs"]
        assert [(each["community"], each["url"]) for each in told] == [("示例社区", here)]
        assert code.replace("-", "").startswith(told[0]["fingerprint"])
        assert code[:17] in laptop("hubs").out
        assert laptop.json("join", code)["hub"] == here
    assert "hongxian join" in laptop("hubs").out, "gone with the hub"


# -- what goes out -----------------------------------------------------------------------------


def test_nothing_goes_out_but_name_fingerprint_and_address(hub: Hub) -> None:
    said: list[bytes] = []

    with overhearing() as ear, served_and_announced(hub) as url:
        assert find_hub(fingerprint(hub)) == url
        ear.setblocking(False)
        with suppress(BlockingIOError):  # the system kept them
            while True:
                said.append(ear.recv(65_536))
    answers = [each for packet in said for each in DNSIncoming(packet).answers()]
    assert answers
    fields = ("name", "alias", "server")
    names = {getattr(each, field) for each in answers for field in fields if hasattr(each, field)}
    own = fingerprint(hub)
    assert names <= {SERVICE, name_of(own), f"{own.lower()}.local.", f"{own}.local."}
    texts = {each.text for each in answers if hasattr(each, "text")}
    told = "community=示例社区".encode()
    assert texts == {bytes([len(told)]) + told}


def test_a_long_name_is_cut_between_characters(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path / "hub", "社" * 300, plugins=with_only((SAMPLE,)))
    with served_and_announced(hub):
        assert first_heard(fingerprint(hub)).community == "社" * (LONGEST_NAME // 3)


def test_a_hub_that_only_its_own_machine_reaches_announces_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(SETTING)
    assert [announced_at(host) for host in (HERE, "::1", "localhost")] == [None] * 3
    assert announced_at("192.0.2.7") == "192.0.2.7"
    monkeypatch.setenv(SETTING, "off")
    assert announced_at("192.0.2.7") is None


@pytest.mark.thorough
def test_a_keeper_may_have_a_hub_announce_nothing(tmp_path: Path) -> None:
    hub = new_hub_place(tmp_path / "hub")
    for silence in (["--no-announce"], ["--proxy", HERE]):
        with hub_process(hub, "--host", "0.0.0.0", *silence):
            assert hubs_here() == []


# -- a hub that moved --------------------------------------------------------------------------


def test_a_hub_that_moved_is_found_again_and_its_address_kept(hub: Hub, laptop: Replica) -> None:
    with served(hub) as url:
        join_at(hub, laptop, url)
        post = seeking(laptop)
        synced(laptop, post)
    with laptop:
        Visit.create(name="示例·甲")
    with served_and_announced(hub) as moved:
        assert moved != url
        assert synced(laptop, post).sent == 1
        assert address_of(laptop) == moved
        assert synced(laptop, post).requests > 0, "and goes there at once from now on"


def test_it_is_found_too_where_another_machine_answers_at_its_former_address(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    with served(hub) as url:
        join_at(hub, laptop, url)
    other = new_hub(tmp_path / "other")
    with served(other, port_of(url)), served_and_announced(hub) as moved:
        synced(laptop, seeking(laptop))
        assert address_of(laptop) == moved


def test_a_search_in_vain_is_not_made_again_at_once(hub: Hub, laptop: Replica) -> None:
    clock = [1_000.0]
    with served(hub) as url:
        join_at(hub, laptop, url)
    post = seeking(laptop, lambda: clock[0])
    with pytest.raises(HubOutOfReach):
        synced(laptop, post)
    with served_and_announced(hub) as moved:
        clock[0] += FIRST_WAIT - 1
        with pytest.raises(HubOutOfReach):
            synced(laptop, post)
        clock[0] += 1
        synced(laptop, post)
        assert address_of(laptop) == moved


def test_it_is_searched_for_from_whichever_thread_carries_a_sync(hub: Hub, laptop: Replica) -> None:
    with served(hub) as url:
        join_at(hub, laptop, url)
        post = seeking(laptop)
        synced(laptop, post)
    with ThreadPoolExecutor(1) as line:
        asked = line.submit(post, "/v1/news", b"")
        assert isinstance(asked.exception(), HubOutOfReach)


def test_a_laptop_without_a_network_does_not_search_and_does_where_it_comes_to_one(
    hub: Hub, laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(hub) as url:
        join_at(hub, laptop, url)
    post = seeking(laptop, lambda: 0.0)
    with served_and_announced(hub) as moved:
        monkeypatch.setenv(SETTING, "192.0.2.200")  # which is no address of this machine
        with pytest.raises(HubOutOfReach):
            synced(laptop, post)
        monkeypatch.setenv(SETTING, HERE)
        synced(laptop, post)
        assert address_of(laptop) == moved


# -- strangers ---------------------------------------------------------------------------------


def test_who_announces_anothers_name_or_fingerprint_is_told_nothing(
    hub: Hub, laptop: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrol, "PATIENT_SECONDS", 1.5)
    impostor, code = stranger(), code_of(hub)
    with at_its_place(impostor, tmp_path / "stranger") as url, laptop:
        of_its_key = fingerprint_of(impostor.told["identity"])
        with anybody_announces(announcement(of_its_key, port_of(url))), pytest.raises(OtherHub):
            join(laptop, first_heard(of_its_key).url, code)  # who picks it by its name
        with (
            anybody_announces(announcement(fingerprint(hub), port_of(url))),
            pytest.raises(NoHubHere),
        ):
            join(laptop, None, code)
    assert set(impostor.heard) == {("GET", "/v1/hub", b"")}


def test_who_repeats_the_hubs_own_statement_is_not_taken_for_the_hub_that_moved(
    hub: Hub, laptop: Replica, tmp_path: Path
) -> None:
    with served(hub) as url:
        join_at(hub, laptop, url)
    with laptop:
        Visit.create(name="示例·甲")
    told = vars(HubStatement.signed(hub.identity.key, (hub.folder / "authority.crt").read_text()))
    impostor = Impostor(dict(told))
    with at_its_place(impostor, tmp_path / "stranger") as elsewhere:
        said = announcement(fingerprint(hub), port_of(elsewhere))
        with anybody_announces(said), pytest.raises(NotTheHub):
            synced(laptop, seeking(laptop))
    assert set(impostor.heard) == {("GET", "/v1/hub", b"")}
    assert address_of(laptop) == url
    with served(hub, port_of(url)):
        assert synced(laptop, seeking(laptop)).sent == 1


def test_no_address_beyond_the_network_is_followed_and_no_port_that_is_none() -> None:
    elsewhere = ("192.0.2.77", "8.8.8.8", "224.0.0.251", "0.0.0.0")
    said = [announcement(drawn(17), 8470, address=address) for address in elsewhere]
    here = announcement(drawn(17), 8470)
    with anybody_announces(*said, announcement(drawn(17), 0), here):
        assert [each.url for each in listen(1.5)] == [f"https://{HERE}:8470"]


NAMES = {
    b"\x1b[31m\xe7\xa4\xba\xe4\xbe\x8b\n\xe7\xa4\xbe\xe5\x8c\xba": "[31m示例 社区",
    "示例\u202e社区\u200b".encode(): "示例社区",
    b"\xff\xfe\x00": "\ufffd\ufffd",
    b"x" * 240: "x" * 120 + "…",
    b"": "",
}


def test_a_name_is_one_bounded_line_without_control_characters() -> None:
    with anybody_announces(*(announcement(drawn(17), 8470, said) for said in NAMES)):
        assert {each.community for each in listen(1.5)} == set(NAMES.values())


def test_what_is_no_hubs_name_is_passed_over() -> None:
    none = ("示例", "a" * 17, "A" * 16, "A" * 18, "A" * 16 + "1", "A" * 16 + ".A")
    hub = drawn(17)
    with anybody_announces(*(announcement(name, 8470) for name in (*none, hub))):
        assert [each.fingerprint for each in listen(1.5)] == [hub]


def test_ten_thousand_announcements_hide_no_hub_from_its_code_and_take_no_memory(
    hub: Hub, laptop: Replica
) -> None:
    stop = threading.Event()

    def flood() -> None:
        with speaking() as mouth:
            while not stop.is_set():
                for packet in packets:
                    mouth.send(packet)
                    time.sleep(0.001)

    packets = [made_up(100) for _ in range(100)]
    with served_and_announced(hub) as url, laptop:
        thread = threading.Thread(target=flood)
        thread.start()
        tracemalloc.start()
        try:
            shown = hubs_here()
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()  # with it the laptop would hear a tenth of what it does in life
            code = code_of(hub)
            join(laptop, None, code)
        finally:
            stop.set()
            thread.join()
        assert len(shown) <= MOST_SHOWN < MOST_NAMES
        assert peak < 64 * 2**20
        assert LaptopState.read().hub_url == url


def made_up(count: int) -> bytes:
    """A packet that announces so many hubs, each somewhere here."""
    said = DNSOutgoing(0x8400)
    for _ in range(count):
        name = name_of("".join(random.choices(LETTERS, k=17)))
        said.add_answer_at_time(DNSPointer(SERVICE, 12, 1, 4_500, name), 0)
    return said.packets()[0]


# -- without it --------------------------------------------------------------------------------


def test_both_sides_work_without_zeroconf(
    hub: Hub, laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    monkeypatch.setitem(sys.modules, "ifaddr", None)
    with served_and_announced(hub) as url, laptop:
        assert hubs_here() == []
        with pytest.raises(NoHubHere):
            join(laptop, None, code_of(hub))
        join(laptop, url, code_of(hub))
    with pytest.raises(HubOutOfReach):
        synced(laptop, seeking(laptop))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # zeroconf's socket
def test_where_the_network_forbids_it_a_hub_serves_and_laptops_join_by_its_address(
    hub: Hub, laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "192.0.2.200")  # nothing can be sent from there
    with served(hub) as url, announced(hub, "0.0.0.0", port_of(url)), laptop:
        assert announced_at("0.0.0.0") == "192.0.2.200"
        assert hubs_here() == []
        join(laptop, url, code_of(hub))
