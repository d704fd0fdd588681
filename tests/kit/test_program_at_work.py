"""From a hub to a running desk and into its next start: a real launcher, real desks, the program of this checkout."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from command_line import Place, new_hub
from consoles import keepers, last_act, send
from consoles import page as console_page
from desk_pages import asked, waited_for
from desks import entered, page
from hongxian.releases.publisher import called, make_publisher_key
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.host import host_of
from hongxian_client.program.home import HOME_VARIABLE, Home
from hongxian_client.program.program_file import install
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_plugins.roster import Person
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.releases.programs import add_program, found_programs
from hongxian_server.ops.releases.stages import send_out
from hongxian_server.sync.program import program_of as told_program
from hongxian_server.tables.access import live_ones
from hongxian_server.tables.keeper_log import Act
from listening import served
from programs import PUBLISHER, THIS, program_of, put_launcher
from travelling import Travel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs of these tests are for Linux")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """This process is version 1.0 of it, of which nothing else is there."""
    home = Home(tmp_path / "home")
    home.of("1.0").mkdir(parents=True)
    home.write("current", "1.0")
    monkeypatch.setenv(HOME_VARIABLE, str(home.folder))
    monkeypatch.setattr(sys, "prefix", str(home.of("1.0")))
    return home


def test_this_program_comes_up_over_data_that_it_has_never_seen_and_over_its_own(tmp_path: Path):
    here = Place(tmp_path / "a")
    assert here("program", "check").code == 0
    assert not (tmp_path / "a" / "laptop.db").exists(), "nothing is begun"
    Replica.open(tmp_path / "a")
    assert here("program", "check").code == 0
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "laptop.db").write_bytes(b"no database" * 1000)
    said = Place(tmp_path / "b").reading("en")("program", "check")
    assert said.code != 0


def test_the_desk_says_that_a_new_version_is_here_and_takes_it_by_a_press(
    home: Home, tmp_path: Path
):
    Travel(tmp_path).joined("a")
    laptop = Replica.open(tmp_path / "a")
    desk = Desk(laptop, host_of(laptop))
    pressed = []
    desk.change_over = lambda: pressed.append(True)
    browser = entered(desk)
    assert "new version" not in page(browser, "/laptop")
    assert browser.post("/version").location == "/laptop"
    home.write("next", "1.1")
    home.note_failed("1.0.5", "no such table: 示例")
    for path in ("/", "/laptop"):
        assert "A new version of Red Thread is here: 1.1" in page(browser, path)
    shown = browser.get("/laptop", headers={"Accept-Language": "zh"}).text
    assert "红线有新版本 1.1" in shown
    assert "no such table: 示例" in shown
    assert "The new version takes over" in browser.post("/version").text
    waited_for(lambda: pressed)


def test_a_keeper_signs_takes_in_sends_and_removes_a_version_by_commands(tmp_path: Path):
    hub = new_hub(tmp_path / "hub", "甲队")
    unsigned = program_of(tmp_path, "1.1", key=None)
    key = make_publisher_key(tmp_path / "key", "correct horse battery")
    signed = tmp_path / "signed.hxprog"
    told = hub.typing("correct horse battery").json(
        "hub", "programs", "sign", unsigned, "--key", tmp_path / "key", "--to", signed
    )
    assert told["publisher"] == called(key.public)
    refused = hub.reading("en")("hub", "programs", "add", signed)
    assert refused.code
    assert called(key.public) in refused.err
    added = hub.json("hub", "programs", "add", signed, "--publisher", called(key.public))
    assert added["stage"] == "held"
    assert hub.json("hub", "programs", "release", "1.1", "--all")[0]["stage"] == "all"
    [listed] = hub.json("hub", "programs", "list")["programs"]
    assert (listed["version"], listed["stage"], listed["laptops"]) == ("1.1", "all", [])
    assert hub.json("hub", "programs", "hold", "1.1")[0]["stage"] == "held"
    assert hub("hub", "programs", "remove", "1.1").code == 0
    assert "1.1" in hub.reading("en")("hub", "programs", "hold", "1.1").err


@pytest.mark.thorough
def test_a_version_comes_to_a_running_desk_and_its_next_start_has_it_with_all_that_was_there(
    tmp_path: Path,
):
    hub = Hub.init(tmp_path / "hub", "示例社区")
    with hub:
        devices.add_team(hub, "甲队")
        code = devices.make_code(hub, ["甲队"])[0]
        add_program(hub, program_of(tmp_path, "0.9", THIS), called(PUBLISHER.public))
    home = Home(tmp_path / "home")
    install(program_of(tmp_path, "0.8", THIS), home)
    home.write("current", "0.8")
    launcher = put_launcher(home)
    line = [sys.executable, "-I", "-S", launcher, "start", "desk", "--no-browser", "--json"]
    env = {**os.environ, HOME_VARIABLE: str(home.folder)}
    with served(hub) as url:
        with Replica.open(home.data) as laptop:
            join(laptop, url, code)
            laptop.create(Person, [{"name": "示例·甲001"}])
        desk = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=env)
        try:
            told = json.loads(desk.stdout.readline())
            host = urlsplit(told["url"]).netloc
            _, cookie = asked(host, f"/enter?code={told['code']}")
            with hub:
                send_out(hub, found_programs("0.9"))
            Place(home.data).json("add", "roster.person", "name=示例·甲002")  # wakes its sync
            waited_for(lambda: home.next == "0.9")
            assert home.current == "0.8"
            assert asked(host, "/", cookie)[0] == 200, "the desk goes on"
        finally:
            desk.terminate()
            desk.wait()
            desk.stdout.close()
        desk = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=env)
        try:
            assert json.loads(desk.stdout.readline())["url"]
            assert (home.current, home.before, home.next) == ("0.9", "0.8", "")
            assert not home.copy.exists()

            def versions() -> list[str]:
                with hub:
                    return [told.version for each in live_ones() if (told := told_program(each))]

            waited_for(lambda: versions() == ["0.9"])
        finally:
            desk.terminate()
            desk.wait()
            desk.stdout.close()
    with Replica.open(home.data):
        assert Person.select().where(Person.name.in_(["示例·甲001", "示例·甲002"])).count() == 2
    browser = keepers(hub)
    shown = console_page(browser, "/console/plugins/program")
    assert "0.9 linux" in shown
    send(browser, "/console/plugins/program", version="0.9", act="hold")
    assert last_act(hub) == [Act.PROGRAM_HELD, "hongxian-0.9"]
