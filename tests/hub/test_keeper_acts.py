"""What the keeper does is noted, from the console and from the command line alike, and shown on both."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from command_line import Place
from consoles import CHOSEN, HOSTILE, keepers, page, send, visitor
from desks import CHINESE
from hongxian.plugins.loading import Plugins
from hongxian.security.code import EnrolmentCode
from hongxian.text import Text
from hongxian_server.history.erasing import erase
from hongxian_server.history.undo import Step, Way, undo
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.membership import keeper as account
from hongxian_server.tables.keeper_log import (
    Act,
    Actor,
    KeeperEntry,
    Road,
    acting,
    entries,
    first_broken_entry,
    note,
    note_refused_log_in,
)
from samples import SAMPLE, Visit
from signing import SigningDevice, enrolled, enrolment, new_key, post_enrolment

LOG = "/console/log"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    plugins = Plugins(installed=False)
    plugins.add(SAMPLE)
    made = Hub.init(tmp_path / "hub", "示例社区", plugins=plugins)
    with made:
        devices.add_team(made, "甲队")
    return made


@pytest.fixture
def keeper(hub: Hub) -> FlaskClient:
    return keepers(hub)


@pytest.fixture
def device(hub: Hub) -> SigningDevice:
    return enrolled(hub, "甲队")


def noted(hub: Hub, road: Road) -> list[tuple]:
    """What was done by one way, the oldest first."""
    with hub:
        found = [each for each in entries(most=99)[::-1] if each.road == road]
    return [(each.act, *(each.words or ())) for each in found]


def test_log_ins_also_refused_ones_and_log_outs_are_noted_with_the_address(hub: Hub) -> None:
    with hub:
        account.set_password(hub, CHOSEN)
    browser = visitor(hub)
    browser.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    send(browser, "/console/log-in", password="wrong")
    send(browser, "/console/log-in", password=CHOSEN)
    send(browser, "/console/log-out", "/console/overview")
    with hub:
        told = [(each.act, each.name, each.address) for each in entries(most=3)[::-1]]
    assert told == [
        (Act.LOG_IN_REFUSED, "", "192.0.2.7"),
        (Act.LOGGED_IN, "1", "192.0.2.7"),
        (Act.LOGGED_OUT, "1", "192.0.2.7"),
    ]


@pytest.mark.usefixtures("device")
def test_the_acts_of_the_console_are_noted(hub: Hub, keeper: FlaskClient) -> None:
    with hub:
        (scope,) = devices.teams()
    laptop = "/console/laptops/2"
    send(keeper, "/console/teams", name="乙队")
    send(keeper, f"/console/teams/{scope}", name="丙队")
    send(keeper, f"{laptop}/teams", laptop, grant="乙队")
    send(keeper, f"{laptop}/teams", laptop, withdraw="乙队")
    send(keeper, "/console/codes", teams=scope, days="1")
    with hub:
        (code,) = devices.pending_codes(hub)
    send(keeper, "/console/codes/withdraw", "/console/codes", which=code.code_hash)
    send(keeper, f"{laptop}/revoke")
    send(keeper, "/console/erasing/keep", "/console/erasing", days="20")
    send(keeper, "/console/account/idle", "/console/account", minutes="40")
    page = "/console/password"
    send(keeper, page, old=CHOSEN, new="another long one", again="another long one")
    told = noted(hub, Road.CONSOLE)
    assert [(act, *words[:3]) for act, *words in told] == [
        (Act.LOGGED_IN,),
        (Act.TEAM_ADDED, "乙队"),
        (Act.TEAM_RENAMED, "甲队", "丙队"),
        (Act.GRANTED, "2", "laptop", "乙队"),
        (Act.WITHDRAWN, "2", "laptop", "乙队"),
        (Act.CODE_MADE, "丙队"),
        (Act.CODE_WITHDRAWN, "丙队"),
        (Act.REVOKED, "2", "laptop"),
        (Act.SETTING, Text("内容保留天数", "days kept"), "20"),
        (Act.SETTING, Text("不用多少分钟后结束登录", "idle minutes"), "40"),
        (Act.PASSWORD,),
    ]


@pytest.mark.usefixtures("device")
def test_the_acts_of_the_command_line_are_noted(hub: Hub) -> None:
    place = Place(hub.folder)
    for words in (
        ("team", "add", "乙队"),
        ("enrol", "甲队", "乙队"),
        ("grant", "2", "乙队"),
        ("withdraw", "2", "乙队"),
        ("revoke", "2"),
        ("revoke", "2"),
        ("keeper",),
        ("sheet",),
        ("recover",),
        ("recover", "--end"),
        ("recover", "--end"),
        ("tidy", "--keep", "20"),
        ("ceiling", "50", "20"),
    ):
        assert place("hub", *words).code == 0
    assert [act for act, *_ in noted(hub, Road.COMMAND)][-11:] == [
        Act.TEAM_ADDED,
        Act.CODE_MADE,
        Act.GRANTED,
        Act.WITHDRAWN,
        Act.REVOKED,
        Act.PASSWORD,
        Act.SHEET,
        Act.RECOVERY_BEGUN,
        Act.RECOVERY_ENDED,
        Act.SETTING,
        Act.SETTING,
    ]


def test_what_a_laptop_brings_about_is_its_own_act(hub: Hub) -> None:
    with hub:
        code, _expires = devices.make_code(hub, ["甲队"])
    key, laptop = new_key(), make_app(hub).test_client()
    asked = enrolment(EnrolmentCode.typed(code).secret, key, name="示例·电脑")
    answer = post_enrolment(laptop, hub, key, asked)
    assert answer.status_code == 200
    assert noted(hub, Road.LAPTOP) == [(Act.JOINED, "2", "示例·电脑", "甲队")]
    with hub:
        (entry,) = entries(most=1)
    assert (entry.name, entry.address) == ("示例·电脑", "127.0.0.1")


def test_what_is_undone_or_erased_is_noted_without_contents(hub: Hub) -> None:
    with hub:
        hub.create(Visit, [{"name": "示例·秘密", "scope": "community"}])
        (visit,) = Visit.select()
        undo(hub, [Step("sample.visit", visit.id, Way.EDIT, {"name": "示例·别的"})])
        erase(hub, [("sample.visit", visit.id)], "示例·管理员")
        told = [(each.act, each.words) for each in entries(most=2)]
        everything = "".join(each.about or "" for each in entries(most=99))
    title = hub.title_of("sample.visit")
    assert told == [
        (Act.ERASED, ["示例·管理员", title, visit.id[-12:]]),
        (Act.UNDONE, ["1"]),
    ]
    assert "秘密" not in everything


def test_the_page_tells_all_in_the_readers_language_and_finds_by_act_name_and_address(
    hub: Hub, keeper: FlaskClient
) -> None:
    with hub, acting(Actor(Road.CONSOLE, "7", "192.0.2.9")):
        note(hub, Act.REVOKED, 5, HOSTILE)
        note(hub, Act.SETTING, Text("内容保留天数", "days kept"), 20)
    with hub, acting(Actor(Road.CONSOLE, "")):
        note_refused_log_in(hub, Text("密码不对", "wrong password"))
    english, chinese = page(keeper, LOG), page(keeper, LOG, headers=CHINESE)
    assert HOSTILE not in english
    for said in (
        "laptop revoked",
        "days kept",
        "console, log-in",
        "not logged in",
        "192.0.2.9",
        "team added",
    ):
        assert said in english
    for said in ("停用电脑", "内容保留天数", "次登录", "命令行"):
        assert said in chinese
    for part in ("停用", "REVOKED", "script", "192.0.2.9", "days"):
        found = page(keeper, f"{LOG}?part={part}")
        assert "192.0.2.9" in found
        assert "team added" not in found
    assert "Nothing was found." in page(keeper, f"{LOG}?part=%25")


def test_older_entries_stand_on_further_pages_also_of_what_is_searched_for(
    hub: Hub, keeper: FlaskClient
) -> None:
    with hub:
        for device in range(120):
            note(hub, Act.REVOKED, f"laptop-{device:03}")
    seen, address = [], f"{LOG}?part=laptop-"
    while address:
        told = page(keeper, address)
        seen += re.findall("laptop-[0-9]{3}", told)
        further = re.search('rel="next" href="([^"]+)"', told)
        address = further[1].replace("&amp;", "&") if further else ""
    assert seen == [f"laptop-{device:03}" for device in range(120)[::-1]]
    for odd in ("x", "-1", "9" * 30, "²"):
        assert "laptop-119" in page(keeper, f"{LOG}?start={odd}")


def test_page_and_status_say_when_somebody_has_changed_the_log(
    hub: Hub, keeper: FlaskClient
) -> None:
    place = Place(hub.folder, "en")
    assert place.json("hub", "status")["keeper_log"] == {"first_broken": None}
    with hub:
        KeeperEntry.update(name="nobody").where(KeeperEntry.number == 2).execute()
    assert "From entry 2 on" in page(keeper, LOG)
    assert place.json("hub", "status")["keeper_log"] == {"first_broken": 2}
    assert "CHANGED at 2" in place("hub", "status").out


def test_the_command_lists_finds_and_forgets(hub: Hub) -> None:
    place = Place(hub.folder, "en")
    with hub:
        note(hub, Act.REVOKED, 5, "示例·甲的电脑")
        note(hub, Act.BACKUP)
    (found,) = place.json("hub", "log", "--search", "甲的")
    assert (found["act"], found["about"]) == ("laptop revoked", ["5", "示例·甲的电脑"])
    assert [each["act"] for each in place.json("hub", "log", "--last", "2")] == [
        "backup made",
        "laptop revoked",
    ]
    said = place("hub", "log", "--forget", str(found["number"])).out
    assert "示例·甲" not in said
    assert "(forgotten)" in said
    assert "laptop revoked" in said
    assert place("hub", "log", "--forget", "999").code == 1
    with hub:
        assert first_broken_entry() is None
