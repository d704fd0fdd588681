"""The page before the desk: a passphrase is chosen, unlocks, and is helped out of by the hub's keeper."""

import json
import re
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from command_line import DEADLINE, Place
from consoles import last_act, send
from desk_pages import asked
from hongxian.errors import FileRefused
from hongxian.security.key_file import KeyFile, Way
from hongxian.security.unlocking import begin_encrypting
from hongxian.storage.data_key import DataKey
from hongxian_client.desk.coming_up import come_up_locked
from hongxian_client.desk.locked.app import make_locked
from hongxian_client.desk.locked.door import Door
from hongxian_client.desk.opening import make_opening
from hongxian_client.replica.hub_way import let_hub_open
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_plugins import roster
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting

PASSPHRASE, NEW = "示例 口令 四个 词 在此", "另外 四个 示例 词 在此"


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, roster) as met:
        yield met


@pytest.fixture
def folder(met: Meeting) -> Path:
    """That of an encrypted laptop which has joined."""
    folder = met.folder / "laptop"
    folder.mkdir()
    laptop = Replica.open(
        folder, key=begin_encrypting(folder, PASSPHRASE), plugins=with_only(met.modules)
    )
    with met.hub:
        code, _ = devices.make_code(met.hub, ())
    with laptop:
        join(laptop, met.address, code)
    return folder


def opened(folder: Path, keys: list[DataKey | None]) -> FlaskClient:
    """A browser that was let in where a folder is locked; what it opens is told to `keys`."""

    def opens(key: DataKey | None) -> str:
        keys.append(key)
        return "http://desk.localhost/open"

    door = Door(folder, opens)
    app = make_locked(door)
    app.config.update(SERVER_NAME=door.host)
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert browser.get("/").status_code == 403
    assert browser.get(f"/enter?code={make_opening(folder, '', '').code}").status_code == 302
    return browser


def test_the_passphrase_opens_the_desk_and_no_other_does(folder: Path) -> None:
    keys: list[DataKey | None] = []
    browser = opened(folder, keys)
    wrong = send(browser, "/unlock", "/", passphrase=NEW)
    assert wrong.status_code == 400
    assert "not the right passphrase" in wrong.text
    right = send(browser, "/unlock", "/", passphrase=PASSPHRASE)
    assert "http://desk.localhost/open" in right.text
    assert len(keys) == 1
    assert Replica.open(folder, key=keys[0]).database.key is keys[0]


def test_wrong_passphrases_are_slowed(folder: Path) -> None:
    browser = opened(folder, [])
    for _ in range(10):
        assert send(browser, "/unlock", "/", passphrase=NEW).status_code == 400
    assert send(browser, "/unlock", "/", passphrase=PASSPHRASE).status_code == 429


def test_nobody_gets_at_the_questions_who_was_not_let_in(folder: Path) -> None:
    door = Door(folder, lambda key: "")
    app = make_locked(door)
    app.config.update(SERVER_NAME=door.host)
    for address in ("/", "/forgotten"):
        answer = app.test_client().get(address)
        assert (answer.status_code, "问题码" in answer.text) == (403, False)
    assert app.test_client().get("/", headers={"Host": "127.0.0.1"}).status_code == 400


def test_help_leads_from_these_pages_to_what_the_manual_says_of_a_forgotten_passphrase(
    folder: Path,
) -> None:
    browser = opened(folder, [])
    for address in ("/", "/forgotten"):
        [way] = re.findall('href="(/help/[^"]+)" target="_blank"', browser.get(address).text)
        assert way == "/help/leader/10-laptop#the-passphrase-is-forgotten"
        page = browser.get(way)
        assert (page.status_code, ' id="the-passphrase-is-forgotten"' in page.text) == (200, True)


def question(browser: FlaskClient) -> str:
    return re.search('<b class="code" translate="no">([^<]+)</b>', browser.get("/forgotten").text)[
        1
    ]


def test_who_forgot_the_passphrase_is_helped_by_the_keeper_once(met: Meeting, folder: Path) -> None:
    keys: list[DataKey | None] = []
    browser = opened(folder, keys)
    asked_for = question(browser)
    number = int(re.search(r"laptop (\d+)", browser.get("/forgotten").text)[1])
    told = Place(met.hub.folder).json("hub", "pin-code", str(number), asked_for)["code"]
    assert last_act(met.hub)[0] == "code to unlock a laptop made"
    typed = {"passphrase": NEW, "again": NEW}
    assert send(browser, "/forgotten", code="AAAAA", **typed).status_code == 400
    assert send(browser, "/forgotten", code=told, passphrase=NEW, again="x").status_code == 400
    assert send(browser, "/forgotten", code=told, passphrase="1", again="1").status_code == 400
    assert keys == []
    helped = send(browser, "/forgotten", code=told.lower().replace("-", " "), **typed)
    assert "desk.localhost" in helped.text
    held = KeyFile.read(folder)
    assert held.open(Way.PASSPHRASE, NEW).secret == keys[0].secret
    assert Way.HUB not in held.ways
    with Replica.open(folder, key=keys[0], plugins=with_only(met.modules)) as laptop:
        let_hub_open(laptop)
    assert question(browser) != asked_for
    assert send(browser, "/forgotten", code=told, **typed).status_code == 400


def test_the_keeper_helps_no_laptop_that_was_revoked_and_no_other_with_its_question(
    met: Meeting, folder: Path
) -> None:
    met.laptop()
    asked_for = question(opened(folder, []))
    with met.hub:
        theirs = devices.make_pin_code(met.hub, 3, asked_for)
        own = devices.make_pin_code(met.hub, 2, asked_for)
        devices.revoke(met.hub, 2)
    assert theirs != own
    refused = Place(met.hub.folder).json("hub", "pin-code", "2", asked_for, code=1)
    assert refused["error"] == "DeviceRevoked"
    browser = opened(folder, [])
    typed = {"passphrase": NEW, "again": NEW}
    assert send(browser, "/forgotten", code=theirs, **typed).status_code == 400


def test_a_new_version_comes_up_on_a_laptop_that_is_locked(folder: Path) -> None:
    come_up_locked(folder)
    checked = Place(folder)("program", "check")
    assert checked.code == 0, checked
    (folder / "key.json").write_text("{}")
    with pytest.raises(FileRefused):
        Replica.open(folder)


def test_a_passphrase_is_chosen_or_left_for_another_day(tmp_path: Path) -> None:
    keys: list[DataKey | None] = []
    browser = opened(tmp_path, keys)
    page = browser.get("/").text
    assert "Choose a passphrase" in page
    for first, again in (("short", "short"), (PASSPHRASE, NEW), ("1" * 20, "1" * 20)):
        assert send(browser, "/choose", "/", passphrase=first, again=again).status_code == 400
    assert KeyFile.read(tmp_path) is None
    send(browser, "/choose", "/", clear="true")
    assert (keys, KeyFile.read(tmp_path)) == ([None], None)
    send(browser, "/choose", "/", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert KeyFile.read(tmp_path).open(Way.PASSPHRASE, PASSPHRASE).secret == keys[1].secret


@pytest.fixture
def of_a_process(met: Meeting, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A laptop that joined by the command line, with a passphrase in a file; nobody is asked about encryption."""
    monkeypatch.setenv("HONGXIAN_ENCRYPTION", "on")
    file = met.folder / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    file.chmod(0o600)
    monkeypatch.setenv("HONGXIAN_PASSPHRASE_FILE", str(file))
    with met.hub:
        code, _ = devices.make_code(met.hub, ())
    laptop = Place(met.folder / "joined", "en")
    said = laptop.finished("join", met.address, code)
    assert said.code == 0, said
    return laptop


@pytest.mark.thorough
def test_commands_open_by_a_passphrase_in_a_file_of_its_owner_alone_and_say_what_they_miss(
    met: Meeting, of_a_process: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = of_a_process.finished("status")
    assert status.code == 0, status
    assert KeyFile.read(of_a_process.folder).is_done
    (met.folder / "passphrase").chmod(0o640)
    refused = of_a_process.finished("status")
    assert (refused.code, "chmod 600" in refused.err) == (1, True)
    monkeypatch.delenv("HONGXIAN_PASSPHRASE_FILE")
    locked = of_a_process.finished("status")
    assert (locked.code, "HONGXIAN_PASSPHRASE_FILE" in locked.err) == (1, True)


def test_a_laptop_joins_in_clear_only_where_that_was_said(
    met: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HONGXIAN_ENCRYPTION", "on")
    with met.hub:
        code, _ = devices.make_code(met.hub, ())
    laptop = Place(met.folder / "joined")
    assert laptop.json("join", met.address, code, code=1)["error"] == "NoPassphrase"
    assert not (laptop.folder / "laptop.db").exists()
    laptop.json("join", met.address, code, "--no-encryption")
    assert KeyFile.read(laptop.folder) is None


@pytest.mark.thorough
def test_a_desk_is_unlocked_in_the_browser_and_begins_anew_without_asking(
    of_a_process: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HONGXIAN_PASSPHRASE_FILE")
    with of_a_process.process("desk", "--port", "0", "--no-browser", "--json") as desk:
        told = json.loads(desk.stdout.readline())
        host = urlsplit(told["url"]).netloc
        cookie = asked(host, f"/enter?code={told['code']}")[1]
        answer = posted(host, "/unlock", "/", cookie, passphrase=PASSPHRASE)
        way = urlsplit(unescape(re.search('content="0; url=([^"]+)"', answer)[1]))
        assert way.netloc != host
        assert way.netloc.rpartition(":")[2] == host.rpartition(":")[2]
        opened = json.loads(desk.stdout.readline())
        assert of_a_process.json("encrypt", code=1)["error"] == "InUse"
        assert urlsplit(opened["url"]).netloc == way.netloc
        code = parse_qs(way.query)["code"][0]
        status, cookie = asked(way.netloc, f"/enter?code={code}")
        assert (status, asked(way.netloc, "/laptop", cookie)[0]) == (302, 200)
        posted(way.netloc, "/laptop/stick/anew", "/laptop/stick", cookie)
        assert json.loads(desk.stdout.readline())["url"] == opened["url"], "it was not asked again"
        assert asked(way.netloc, "/laptop", cookie)[0] == 200
        desk.terminate()
        desk.communicate(timeout=DEADLINE)


@pytest.mark.thorough
def test_a_new_laptop_has_a_passphrase_before_it_joins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HONGXIAN_ENCRYPTION", "on")
    laptop = Place(tmp_path / "new")
    with laptop.process("desk", "--port", "0", "--no-browser", "--json") as desk:
        told = json.loads(desk.stdout.readline())
        host = urlsplit(told["url"]).netloc
        cookie = asked(host, f"/enter?code={told['code']}")[1]
        typed = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
        answer = posted(host, "/choose", "/", cookie, **typed)
        way = urlsplit(unescape(re.search('content="0; url=([^"]+)"', answer)[1]))
        cookie = asked(way.netloc, f"/enter?{way.query}")[1]
        assert asked(way.netloc, "/join", cookie)[0] == 200
        assert KeyFile.read(laptop.folder).is_done
        assert b"SQLite" not in (laptop.folder / "laptop.db").read_bytes()[:16]
        desk.terminate()
        desk.communicate(timeout=DEADLINE)


def posted(host: str, path: str, page: str, cookie: str, **form: str) -> str:
    """What comes of a form that stands on a page."""
    line = HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=DEADLINE)
    headers = {"Host": host, "Cookie": cookie}
    line.request("GET", page, headers=headers)
    got = line.getresponse()
    token = re.search('name="csrf_token" value="([^"]+)"', got.read().decode())[1]
    fresh = (got.headers["Set-Cookie"] or cookie).partition(";")[0]
    body = urlencode({**form, "csrf_token": token})
    headers |= {"Cookie": fresh, "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", path, body, headers)
    text = line.getresponse().read().decode()
    line.close()
    return text
