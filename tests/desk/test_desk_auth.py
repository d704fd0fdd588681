"""Who may come in at the desk, the page that joins, and how the desk is run."""

import json
import os
import re
import signal
import stat
import time
from pathlib import Path

import pytest

from command_line import DEADLINE, Place, new_hub, serving
from desks import CHINESE, ENGLISH, desk_of, entered, led_in_by, page, unmarked, visitor, way_in
from hongxian.plugins.loading import Plugins
from hongxian_client.desk.opening import make_opening
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, Visit
from sweeps import sweep

no_modes = pytest.mark.skipif(os.name == "nt", reason="Windows closes a person's folders by itself")


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return open_laptop(tmp_path, SAMPLE)


@pytest.fixture
def newcomer(tmp_path: Path) -> Replica:
    return Replica.open(tmp_path, plugins=Plugins(installed=False))


def test_nobody_comes_in_without_a_code(laptop: Replica) -> None:
    desk = desk_of(laptop)
    browser = visitor(desk)
    way_in(desk)
    for address in ("/", "/join", "/enter", "/enter?code=AAAAA-AAAAA", "/enter?code=%E7%BA%A2"):
        assert browser.get(address).status_code == 403
    assert "此处未开放" in browser.get("/", headers=CHINESE).text


def test_every_page_and_whatever_is_sent_is_shut_without_a_code(laptop: Replica) -> None:
    stranger = visitor(desk_of(laptop))
    app = stranger.application
    app.config.update(WTF_CSRF_ENABLED=False)  # which would refuse what is sent all the same
    for rule in app.url_map.iter_rules():
        path = re.sub("<[^>]+>", "1", rule.rule)
        for method in rule.methods & {"GET", "POST"}:
            answer = stranger.open(path, method=method)
            open_to_all = rule.endpoint in ("web.static", "entrance.pass_on")
            assert open_to_all or answer.status_code == 403, (method, path)


def test_a_code_opens_the_desk_once_and_stands_in_no_address_afterwards(laptop: Replica) -> None:
    desk = desk_of(laptop)
    way = way_in(desk)
    one, other = visitor(desk), visitor(desk)
    answer = one.get(way)
    assert (answer.status_code, answer.location) == (302, "/")
    assert list((laptop.folder / "opening").iterdir()) == []
    assert other.get(way).status_code == 403
    assert one.get(way).status_code == 302  # who is in stays in
    assert one.get("/").status_code == 200


def test_a_first_page_changes_nothing_that_the_desk_keeps_of_its_browser(laptop: Replica) -> None:
    desk = desk_of(laptop)
    browser = entered(desk)
    [kept] = desk.browsers.all()
    before = dict(kept)
    page(browser, "/laptop")
    # Two that are drawn at once would each draw a token, and the form of one would be refused.
    assert dict(kept) == before


def test_a_code_is_good_for_ten_minutes_whichever_way_the_clock_goes(laptop: Replica) -> None:
    desk = desk_of(laptop)
    for minutes, status in ((9.9, 302), (10.1, 403), (-10.1, 403)):
        way = way_in(desk)
        [page] = (laptop.folder / "opening").iterdir()
        os.utime(page, times=(0, time.time() - minutes * 60))
        assert visitor(desk).get(way).status_code == status
    make_opening(laptop.folder, "", "")
    assert len(list((laptop.folder / "opening").iterdir())) == 1  # old ones are let go of


def test_a_code_is_typed_in_any_case_and_width_where_no_browser_may_read_the_page(
    laptop: Replica,
) -> None:
    desk = desk_of(laptop)
    browser = visitor(desk)
    shut = browser.get("/", headers=ENGLISH).text
    assert re.search('<form action="/enter">.*name="code"', shut, re.DOTALL)
    wrong = browser.get("/enter?code=x", headers=ENGLISH)
    assert (wrong.status_code, "wrong, old or used" in wrong.text) == (403, True)
    typed = make_opening(laptop.folder, "", "").code.lower().replace("-", "　")
    assert browser.get("/enter", query_string={"code": typed}).status_code == 302


def test_what_stands_outside_tells_nobody_how_the_laptop_is(laptop: Replica) -> None:
    with laptop:
        Visit.create(name="示例·甲")
    shut = visitor(desk_of(laptop)).get("/", headers=ENGLISH).text
    assert "not sent" not in shut
    assert "sync-line-button" not in shut


@no_modes
def test_the_page_that_leads_a_browser_in_is_its_accounts_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    page = make_opening(tmp_path, "http://hongxian.localhost:1/", "打开").page
    os.umask(before)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


def test_a_desk_answers_to_its_own_name_alone_which_stays_and_is_told_to_nobody(
    laptop: Replica, tmp_path: Path
) -> None:
    desk = desk_of(laptop)
    assert re.fullmatch(r"hongxian-[0-9a-f]{16}\.localhost", desk.host)
    assert desk_of(laptop).host == desk.host != desk_of(open_laptop(tmp_path / "b", SAMPLE)).host
    browser = entered(desk)
    other = "hongxian-0123456789abcdef.localhost"
    for host in ("127.0.0.1", "localhost", "[::1]", other, f"x.{desk.host}", f"{desk.host}.x"):
        answer = browser.get("/", headers={"Host": host, **ENGLISH})
        assert (answer.status_code, "Run hongxian on this laptop" in answer.text) == (400, True)
        assert desk.host not in answer.text + str(answer.headers)
    assert "请在这台电脑上运行" in browser.get("/", headers={"Host": other, **CHINESE}).text


def test_another_site_cannot_ask_in_the_desks_name(laptop: Replica) -> None:
    desk = desk_of(laptop)
    browser = visitor(desk)
    for host in ("desk.example", "127.0.0.1.example"):
        assert browser.get("/", headers={"Host": host}).status_code == 400
    browser.get(way_in(desk))
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


@pytest.mark.parametrize("words", sweep([("desk", "--port", "0", "--no-browser"), ()]))
@pytest.mark.parametrize("end", sweep([signal.SIGTERM, signal.SIGINT]))
def test_the_desk_opens_for_this_machine_and_ends_well(
    tmp_path: Path, words: tuple[str, ...], end: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "true")  # the program that does nothing
    page = tmp_path / "laptop" / "opening"
    laptop = Place(tmp_path / "laptop")
    with laptop.process(*words, "--json") as process:
        told = json.loads(process.stdout.readline())
        assert re.fullmatch(r"http://hongxian-[0-9a-f]{16}\.localhost:\d+/", told["url"])
        assert "Join a community" in led_in_by(told["page"])
        assert list(page.iterdir()) == []
        way_in(desk_of(Replica.open(laptop.folder)))
        process.send_signal(end)
        out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out, err) == (0, "", "")
    assert list(page.iterdir()) == []


@pytest.mark.thorough
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
            [code] = re.findall("[0-9A-Z]{5}-[0-9A-Z]{5}", again.out)
            told = laptop.json(*start)
            assert "Join a community" in led_in_by(told["page"])
            assert code != told["code"]
        assert (laptop.folder / "desk.address").stat().st_mode & 0o077 == 0
        process.terminate()
    assert not (laptop.folder / "desk.address").exists()


@pytest.mark.thorough
def test_a_port_that_is_taken_is_refused_in_words(tmp_path: Path) -> None:
    first, second = Place(tmp_path / "one"), Place(tmp_path / "two")
    with first.process("desk", "--port", "0", "--no-browser", "--json") as process:
        url = json.loads(process.stdout.readline())["url"]
        port = url.split(":")[2].rstrip("/")
        said = second.finished("desk", "--port", port, "--no-browser")
        process.terminate()
    assert said.code == 1
    assert port in said.err


def test_help_is_still_there_without_opening_anything(tmp_path: Path) -> None:
    said = Place(tmp_path)("--help")
    assert said.code == 0
    assert "desk" in said.out
