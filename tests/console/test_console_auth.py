"""Who may come in at the console: one password, shown once, and nothing behind it without it."""

import json
import re
import shutil
from pathlib import Path

import pytest
import urllib3
from flask.testing import FlaskClient

from command_line import Place, hub_process, new_hub
from hongxian.plugins.loading import Plugins
from hongxian_server.console.app import make_console
from hongxian_server.hub import Hub
from hongxian_server.membership import keeper
from hongxian_server.membership.keeper import KeeperState, cookie_secret

CHOSEN = "correct horse battery"


@pytest.fixture
def hub(tmp_path: Path, database_url: str | None) -> Hub:
    made = Hub.init(
        tmp_path / "hub", "示例社区", database_url=database_url, plugins=Plugins(installed=False)
    )
    with made:
        keeper.set_password(made, CHOSEN)
    return made


def browser(hub: Hub) -> FlaskClient:
    return make_console(hub, ["localhost"]).test_client()


def send(client: FlaskClient, path: str, page: str = "/console/log-in", **form: str):
    html = client.get(page).text
    token = re.search('name="csrf_token" value="([^"]+)"', html)[1]
    return client.post(path, data={**form, "csrf_token": token})


def log_in(client: FlaskClient, password: str = CHOSEN):
    return send(client, "/console/log-in", password=password)


def test_nothing_is_shown_before_the_password(hub: Hub) -> None:
    client = browser(hub)
    for path in ("/", "/console/overview", "/console/password"):
        assert client.get(path).location == "/console/log-in"
    assert log_in(client, "wrong").status_code == 403
    assert client.get("/console/overview").location == "/console/log-in"
    assert log_in(client).location == "/console/overview"
    assert "示例社区" in client.get("/console/overview").text
    send(client, "/console/log-out", "/console/overview")
    assert client.get("/console/overview").location == "/console/log-in"


@pytest.mark.either_database
def test_a_changed_password_ends_every_other_session(hub: Hub) -> None:
    console = make_console(hub, ["localhost"])
    mine, other = console.test_client(), console.test_client()
    log_in(mine)
    log_in(other)
    page = "/console/password"
    new, short = (
        dict.fromkeys(("new", "again"), "a new long one"),
        {"new": "short", "again": "short"},
    )
    assert send(mine, page, page, old="wrong", **new).status_code == 403
    assert send(mine, page, page, old=CHOSEN, **short).status_code == 400
    assert send(mine, page, page, old=CHOSEN, **new).location == "/console/overview"
    assert mine.get("/console/overview").status_code == 200
    assert other.get("/console/overview").location == "/console/log-in"
    assert log_in(other, CHOSEN).status_code == 403


def test_a_new_password_is_typed_twice_so_that_no_slip_locks_the_keeper_out(hub: Hub) -> None:
    client, page, new = browser(hub), "/console/password", "a new long one"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    log_in(client)
    for typed in ({"new": new}, {"new": new, "again": "a new long on"}, {"again": new}):
        answer = send(client, page, page, old=CHOSEN, **typed)
        assert answer.status_code == 400
        assert "The two new passwords are not the same." in answer.text
    assert log_in(browser(hub)).location == "/console/overview", "it is the old one still"


def test_guessing_the_password_is_slowed_down(hub: Hub) -> None:
    client = browser(hub)
    for _ in range(10):
        assert log_in(client, "wrong").status_code == 403
    assert log_in(client).status_code == 429


def test_a_form_without_the_token_and_a_strange_host_are_refused(hub: Hub) -> None:
    client = browser(hub)
    assert client.post("/console/log-in", data={"password": CHOSEN}).status_code == 400
    assert client.get("/console/log-in", base_url="http://evil.example").status_code == 400


def test_the_pages_speak_both_languages(hub: Hub) -> None:
    client = browser(hub)
    log_in(client)
    chinese = client.get("/console/overview", headers={"Accept-Language": "zh-CN"}).text
    english = client.get("/console/overview", headers={"Accept-Language": "en"}).text
    assert "请您处理" in chinese
    assert "For you to see to" not in chinese
    assert "For you to see to" in english


@pytest.mark.thorough
def test_the_first_start_shows_a_password_once_and_keeps_a_hash_that_is_dear_to_guess(
    tmp_path: Path,
) -> None:
    place = new_hub(tmp_path / "hub")
    told = []
    for _ in range(2):
        with place.process("hub", "serve", "--port", "0", "--json") as process:
            told.append(json.loads(process.stdout.readline()))
            process.terminate()
            process.communicate()
    assert "keeper_password" not in told[1]
    with Hub.open(place.folder):
        assert keeper.is_password(told[0]["keeper_password"])
        assert not keeper.is_password("wrong")
        kept = KeeperState.read().keeper_hash
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "as RFC 9106 recommends"


def test_the_api_answers_beside_the_console(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub")
    with hub_process(hub) as url:
        browser = urllib3.PoolManager(ca_certs=str(hub.folder / "authority.crt"))
        assert browser.request("GET", f"{url}/healthz").json() == {"status": "ok"}
        assert "管理员密码" in browser.request("GET", f"{url}/").data.decode()


def test_a_session_outlives_the_hub_s_restart_and_goes_on_at_another_process(hub: Hub) -> None:
    """The other has a copy of the folder from before anybody opened the console."""
    shutil.copytree(hub.folder, copied := hub.folder.with_name("copied"))
    elsewhere = cookie_secret(Hub.open(copied, plugins=Plugins(installed=False)))
    client = browser(hub)
    log_in(client)
    cookie = client.get_cookie("hongxian_console").value
    again = browser(hub)
    again.set_cookie("hongxian_console", cookie)
    assert again.get("/console/overview").status_code == 200
    assert cookie_secret(hub) == elsewhere


@pytest.mark.either_database
def test_a_forgotten_password_is_set_anew_from_the_command_line(hub: Hub) -> None:
    client = browser(hub)
    log_in(client)
    new = Place(hub.folder).json("hub", "keeper")["keeper_password"]
    assert client.get("/console/overview").location == "/console/log-in"
    assert log_in(client).status_code == 403
    assert log_in(client, new).location == "/console/overview"


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "\x00", "\u202e🧵", "a" * 100_000])
def test_whatever_is_typed_for_the_password_is_refused_in_words_and_not_said_back(
    hub: Hub, typed: str
) -> None:
    client = browser(hub)
    answer = log_in(client, typed)
    assert answer.status_code == 403
    assert 'class="wrong"' in answer.text
    log_in(client)
    page = "/console/password"
    wrong = send(client, page, page, old=typed, new="a new long one")
    short = send(client, page, page, old=CHOSEN, new=typed[:9], again=typed[:9])
    assert (wrong.status_code, short.status_code) == (403, 400)
    for each in (answer, wrong, short):
        assert typed not in each.text


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_no_cookie_that_came_encrypted_goes_in_clear(hub: Hub, scheme: str) -> None:
    client = browser(hub)
    base = f"{scheme}://localhost"
    html = client.get("/console/log-in", base_url=base).text
    token = re.search('name="csrf_token" value="([^"]+)"', html)[1]
    for path, form in (
        ("/language", {"language": "en"}),
        ("/type-size", {"size": "large"}),
        ("/console/log-in", {"password": CHOSEN}),
    ):
        answer = client.post(
            path,
            data={**form, "csrf_token": token},
            base_url=base,
            headers={"Referer": f"{base}/"},
        )
        assert answer.status_code == 302, answer.text
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies
        for each in cookies:
            assert ("Secure" in each) == (scheme == "https"), each
