"""The console shows which laptop runs which plugin, and how far each release goes is decided there."""

from pathlib import Path

import pytest

from consoles import HOSTILE, keepers, last_act, page, send
from hongxian.text import Text
from hongxian.wire.releases import Running
from hongxian_server.hub import Hub
from hongxian_server.sync.releases import keep_report
from hongxian_server.tables.access import incarnations
from hongxian_server.tables.keeper_log import Act
from plugin_releases import released
from travelling import Travel

PAGE = "/console/plugins/laptops"


@pytest.fixture
def travel(tmp_path: Path) -> Travel:
    travel = Travel(tmp_path)
    travel.joined("a", "b")
    return travel


def test_a_release_goes_out_step_by_step_as_the_keeper_presses(travel: Travel) -> None:
    travel.adds(released("1.0"))
    travel.keeps(released("1.1"))
    hub = travel.hub
    browser = keepers(hub)
    send(browser, PAGE, name="seat", version="1.1", act="some", laptop="2")
    assert last_act(hub) == [Act.PLUGIN_RELEASED, "seat-1.1", "2"]
    for name in ("a", "b"):
        travel.synced(name)
    for name in ("a", "b"):
        travel.synced(name)  # told again, now with what runs
    shown = page(browser, PAGE)
    assert "1.1" in shown
    assert {travel.reported(number)["version"] for number in "23"} == {"1.0", "1.1"}
    send(browser, PAGE, name="seat", version="1.1", act="all")
    travel.synced("b")
    assert travel.runs("b") == "1.1"
    send(browser, PAGE, name="seat", version="1.1", act="hold")
    assert last_act(hub) == [Act.PLUGIN_HELD, "seat-1.1"]
    send(browser, PAGE, name="seat", version="1.1", act="back")
    travel.synced("b")
    assert travel.runs("b") == "1.0"


def test_a_hub_that_does_not_run_a_release_yet_says_what_to_do(travel: Travel) -> None:
    serving = travel.hub
    browser = keepers(serving)
    assert "plugin add FILE" in page(browser, PAGE)
    travel.keeps(released("1.0"))
    assert "stop it and start it again" in page(browser, PAGE)
    assert "stop it and start it again" not in page(keepers(travel.hub), PAGE)


def test_what_is_pressed_of_no_release_or_no_laptop_changes_nothing(travel: Travel) -> None:
    travel.keeps(released("1.0"))
    hub = travel.hub
    browser = keepers(hub)
    assert send(browser, PAGE, name="seat", version="7", act="all").status_code == 404
    assert send(browser, PAGE, name="seat", version="1.0", act="burn").status_code == 400
    send(browser, PAGE, name="seat", version="1.0", act="some", laptop="x")
    assert last_act(hub)[0] != Act.PLUGIN_RELEASED


def test_what_a_laptop_tells_of_its_plugins_is_shown_as_text(travel: Travel) -> None:
    hub: Hub = travel.hub
    with hub:
        told = Running(name=HOSTILE, version=HOSTILE, sha256="", error=Text(HOSTILE, HOSTILE))
        keep_report(hub, incarnations().get(), [told])
    assert HOSTILE not in page(keepers(hub), PAGE)
