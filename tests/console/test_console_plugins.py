"""The console shows which laptop runs which plugin, and how far each release goes is decided there."""

import re
import shutil
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consoles import HOSTILE, keepers, last_act, page, send, visitor
from hongxian.plugins.failing.aside import put_aside, why_aside
from hongxian.releases.publisher import called
from hongxian.releases.release import RELEASE_BYTES
from hongxian.text import Text
from hongxian.wire.releases import Running
from hongxian_server.hub import Hub
from hongxian_server.sync.releases import keep_report
from hongxian_server.tables.access import incarnations
from hongxian_server.tables.keeper_log import Act
from places import EXAMPLES
from plugin_releases import PUBLISHER, STRANGER, released, seat
from travelling import Travel

PAGE = "/console/plugins/laptops"
ADD = f"{PAGE}/add"


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
    assert "replaced</span>" in page(browser, PAGE).partition("1.0")[2]
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
    assert "within seconds it begins anew" in page(browser, PAGE)
    assert "within seconds it begins anew" not in page(keepers(travel.hub), PAGE)


def uploaded(browser: FlaskClient, content: bytes) -> TestResponse:
    """Send a file as the form on the page does; werkzeug's own way leaves a large one open."""
    token = re.search('csrf_token" value="([^"]+)', page(browser, PAGE))[1]
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="seat.hxplugin"\r\n\r\n'
    )
    body = parts.encode() + content + b"\r\n--x--\r\n"
    return browser.post(ADD, data=body, content_type="multipart/form-data; boundary=x")


def read(shown: str) -> str:
    """A page without what marks data in it."""
    return re.sub(r"</?(bdi|span)[^>]*>", "", unescape(shown))


def test_the_keeper_takes_a_release_in_and_it_goes_nowhere_before_they_say_so(
    travel: Travel,
) -> None:
    travel.adds(released("1.0"))
    browser = keepers(travel.hub)
    assert uploaded(browser, released("1.1").content).location == PAGE
    assert "seat 1.1 is here: held." in read(page(browser, PAGE))
    assert last_act(travel.hub) == [Act.PLUGIN_ADDED, "seat-1.1", called(PUBLISHER.public)]
    travel.synced("a")
    assert (travel.runs("hub"), travel.runs("a")) == ("1.1", "1.0")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (released("1.1", key=STRANGER).content, "is published by"),
        (released("1.0", key=STRANGER, name="other").content, "hub plugin add FILE --publisher"),
        (released("1.1").content[:-40], "does not open"),
        (released("2.0", works_with=">=99").content, ">=99"),
        (released("1.0", seat("1.0") + "#").content, "with different content"),
        (b"0" * (RELEASE_BYTES + 1), "larger than 8 MB"),
        (b"", "does not open"),
    ],
)
def test_what_the_command_line_would_not_take_in_the_console_does_not_either(
    travel: Travel, content: bytes, why: str
) -> None:
    travel.adds(released("1.0"))
    browser = keepers(travel.hub)
    before = last_act(travel.hub)
    answer = uploaded(browser, content)
    assert answer.status_code in (400, 403)
    assert why in read(answer.text)
    assert last_act(travel.hub) == before
    assert travel.runs("hub") == "1.0"


def test_nobody_but_the_keeper_takes_a_release_in(travel: Travel) -> None:
    travel.adds(released("1.0"))
    hub = travel.hub
    keepers(hub)
    stranger = visitor(hub)
    token = {
        "csrf_token": re.search('csrf_token" value="([^"]+)', stranger.get("/console/log-in").text)[
            1
        ]
    }
    file = {"file": (BytesIO(released("1.1").content), "seat.hxplugin")}
    assert "log-in" in stranger.post(ADD, data={**token, **file}).location
    browser = keepers(hub)
    file = {"file": (BytesIO(released("1.1").content), "seat.hxplugin")}
    assert browser.post(ADD, data=file).status_code == 400
    assert send(browser, ADD, PAGE).status_code == 400
    assert travel.runs("hub") == "1.0"


def test_a_release_without_a_file_on_a_page_in_chinese_is_asked_for(travel: Travel) -> None:
    browser = keepers(travel.hub)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    shown = page(browser, PAGE).partition("<main")[2]
    assert "收下一个发行版" in shown
    assert "Take" not in shown


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


def test_a_plugin_that_was_put_aside_is_taken_again_from_the_next_start_on(tmp_path: Path) -> None:
    (tmp_path / "hub" / "plugins").mkdir(parents=True)
    source = tmp_path / "hub" / "plugins" / "umbrella.py"
    shutil.copy(EXAMPLES / "umbrella.py", source)
    put_aside(tmp_path / "hub", "umbrella", source, Text("没有回来", "it did not come back"))
    hub = Hub.init(tmp_path / "hub", "示例社区")
    browser, path = keepers(hub), "/console/plugins"
    assert "Let it take part again" in page(browser, path)
    assert send(browser, f"{path}/take", path, name="umbrella").location == path
    assert "takes part from the hub" in page(browser, path)
    assert "Let it take part again" not in page(browser, path)
    assert why_aside(tmp_path / "hub", "umbrella", source) is None
    send(browser, f"{path}/take", path, name="nobody")
