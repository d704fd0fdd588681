"""The page that joins shows the hubs that are in the network; the code decides which is the right one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from announcing import HERE, announcement, anybody_announces, fingerprint, own_network
from desks import CHINESE, desk_of, entered, page
from hongxian.security.code import drawn, grouped
from hongxian.wire.hub.announcement import SETTING
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_server.ops.network.announcing import announced
from hongxian_testing.laptop import with_only
from proven_hubs import code_of, new_hub, served
from samples import SAMPLE


@pytest.fixture(autouse=True)
def network() -> Iterator[None]:
    with own_network():
        yield


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return Replica.open(tmp_path / "laptop", plugins=with_only((SAMPLE,)))


def test_a_hub_that_is_here_is_picked_or_found_by_the_code(laptop: Replica, tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub")
    browser = entered(desk_of(laptop))
    with served(hub) as url, announced(hub, HERE, int(url.rpartition(":")[2])):
        for address in ("/join?look=1", "/join/hubs"):  # without a script, and with one
            shown = page(browser, address)
            assert "示例社区" in shown
            assert grouped(fingerprint(hub)) in shown
            assert f'name="hub" value="{url}"' in shown
        wrong = browser.post("/join", data={"hub": url, "code": "-".join(["AAAAA"] * 5)})
        assert f'value="{url}"' in wrong.text, "what was picked stays"
        answer = browser.post("/join", data={"hub": url, "code": code_of(hub), "url": ""})
        assert answer.status_code == 302
        other = Replica.open(tmp_path / "other", plugins=with_only((SAMPLE,)))
        assert entered(desk_of(other)).post("/join", data={"code": code_of(hub)}).status_code == 302
        for each in (laptop, other):
            with each:
                assert LaptopState.read().hub_url == url


def test_what_a_stranger_calls_itself_is_text_on_the_page(laptop: Replica) -> None:
    with anybody_announces(announcement(drawn(17), 8470, "<script>alert(1)</script>")):
        shown = page(entered(desk_of(laptop)), "/join/hubs")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_the_page_opens_without_asking_the_network_and_says_so_where_nothing_is_found(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = entered(desk_of(laptop))
    assert 'hx-get="/join/hubs" hx-trigger="load"' in page(browser, "/join")
    monkeypatch.setenv(SETTING, "off")
    assert "没有找到社区主机" in page(browser, "/join/hubs", headers=CHINESE)
    answer = browser.post("/join", data={"code": "-".join(["AAAAA"] * 5)})
    assert answer.status_code == 400
    assert "was not found on this network" in answer.text
