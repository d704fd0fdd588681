"""Who may come in at the desk, the page that joins, and how the desk is run."""

import json
import re
import signal
import urllib.request
from pathlib import Path

import pytest

from command_line import DEADLINE, Place, new_hub, serving
from desks import CHINESE, TOKEN, desk_of, entered, page, unmarked
from hongxian.plugins.loading import Plugins
from hongxian_client.desk.app import make_desk
from hongxian_client.plugins.testing import open_laptop
from hongxian_client.replica.replica import Replica
from samples import SAMPLE


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return open_laptop(tmp_path, SAMPLE)


@pytest.fixture
def newcomer(tmp_path: Path) -> Replica:
    return Replica.open(tmp_path, plugins=Plugins(installed=False))


def test_nobody_comes_in_without_the_token(laptop: Replica) -> None:
    browser = make_desk(desk_of(laptop)).test_client()
    for address in ("/", "/join", "/enter", "/enter?token=another", "/enter?token=%E7%BA%A2"):
        assert browser.get(address).status_code == 403
    assert "此处未开放" in browser.get("/", headers=CHINESE).text


def test_every_page_and_whatever_is_sent_is_shut_without_the_token(laptop: Replica) -> None:
    app = make_desk(desk_of(laptop))
    app.config.update(WTF_CSRF_ENABLED=False)  # which would refuse what is sent all the same
    stranger = app.test_client()
    for rule in app.url_map.iter_rules():
        path = re.sub("<[^>]+>", "1", rule.rule)
        for method in rule.methods & {"GET", "POST"}:
            answer = stranger.open(path, method=method)
            open_to_all = rule.endpoint in ("web.static", "access_key.enter")
            assert open_to_all or answer.status_code == 403, (method, path)


def test_the_token_leaves_the_address_once_it_has_opened_the_desk(laptop: Replica) -> None:
    browser = make_desk(desk_of(laptop)).test_client()
    answer = browser.get(f"/enter?token={TOKEN}")
    assert (answer.status_code, answer.location) == (302, "/")
    assert TOKEN not in str(browser.get("/").headers)


def test_another_site_cannot_ask_in_the_desks_name(laptop: Replica) -> None:
    browser = make_desk(desk_of(laptop)).test_client()
    for host in ("desk.example", "127.0.0.1.example"):
        assert browser.get("/", headers={"Host": host}).status_code == 400
    browser.get(f"/enter?token={TOKEN}")
    forged = browser.post("/language", data={"language": "en"})
    assert forged.status_code == 400
    assert (
        "opened too long ago" in browser.post("/language", headers={"Accept-Language": "en"}).text
    )


def test_every_answer_forbids_what_is_not_from_here(laptop: Replica) -> None:
    headers = entered(desk_of(laptop)).get("/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


CODE = "-".join(["AAAAA"] * 5)


def test_a_laptop_without_a_hub_is_asked_for_one_first(newcomer: Replica) -> None:
    browser = entered(desk_of(newcomer))
    assert browser.get("/").location == "/join"
    assert "Enrolment code" in page(browser, "/join")
    assert "注册码" in page(browser, "/join", headers=CHINESE)


def test_a_laptop_with_a_hub_is_not_asked_again(laptop: Replica) -> None:
    assert entered(desk_of(laptop)).get("/join").location == "/"


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("http://", 400, "is not a hub&#39;s address"),
        ("<script>", 400, "&lt;script&gt;"),
        (
            "127.0.0.1:9",
            400,
            "No hub answers at https://127.0.0.1:9 (Connection refused). Check the address",
        ),
    ],
)
def test_joining_says_what_was_wrong_and_keeps_what_was_typed(
    newcomer: Replica, url: str, status: int, said: str
) -> None:
    browser = entered(desk_of(newcomer))
    answer = browser.post("/join", data={"url": url, "code": CODE, "name": "甲机"})
    assert answer.status_code == status
    assert said in unmarked(answer.text)
    assert f'value="{CODE}"' in answer.text
    assert 'value="甲机"' in answer.text


def test_a_code_joins_and_the_sync_begins(newcomer: Replica, tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", "红马甲管家团")
    desk = desk_of(newcomer)
    begun: list[bool] = []
    desk.was_joined = lambda: begun.append(True)
    browser = entered(desk)
    with serving(hub) as url:
        wrong = browser.post("/join", data={"url": url, "code": CODE, "name": "甲机"})
        assert (wrong.status_code, begun) == (400, [])
        code = hub.json("hub", "enrol", "红马甲管家团")["code"]
        right = browser.post("/join", data={"url": url, "code": code, "name": "甲机"})
    assert (right.location, begun) == ("/", [True])
    with newcomer:
        assert list(newcomer.teams().values()) == ["红马甲管家团"]


# -- running -------------------------------------------------------------------------------------


def fetched(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    opener.addheaders = [("Accept-Language", "en")]
    with opener.open(url, timeout=DEADLINE) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("words", [("desk", "--port", "0", "--no-browser"), ()])
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_desk_opens_for_this_machine_and_ends_well(
    tmp_path: Path, words: tuple[str, ...], end: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "true")  # the program that does nothing
    laptop = Place(tmp_path / "laptop")
    with laptop.process(*words, "--json") as process:
        url = json.loads(process.stdout.readline())["url"]
        assert url.startswith("http://127.0.0.1:")
        assert "Join a community" in fetched(url)
        process.send_signal(end)
        out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_second_start_says_where_the_desk_is_open_already(tmp_path: Path) -> None:
    laptop = Place(tmp_path / "laptop")
    start = ("desk", "--port", "0", "--no-browser")
    with laptop.process(*start, "--json") as process:
        url = json.loads(process.stdout.readline())["url"]
        for language, words in (("zh", "已经打开"), ("en", "open already")):
            again = laptop.reading(language).finished(*start)
            assert again.code == 0
            assert words in again.out
            assert url in again.out
        assert (laptop.folder / "desk.address").stat().st_mode & 0o077 == 0
        process.terminate()
    assert not (laptop.folder / "desk.address").exists()


def test_a_port_that_is_taken_is_refused_in_words(tmp_path: Path) -> None:
    first, second = Place(tmp_path / "one"), Place(tmp_path / "two")
    with first.process("desk", "--port", "0", "--no-browser", "--json") as process:
        url = json.loads(process.stdout.readline())["url"]
        port = url.split(":")[2].split("/")[0]
        said = second.finished("desk", "--port", port, "--no-browser")
        process.terminate()
    assert said.code == 1
    assert port in said.err


def test_help_is_still_there_without_opening_anything(tmp_path: Path) -> None:
    said = Place(tmp_path)("--help")
    assert said.code == 0
    assert "desk" in said.out
