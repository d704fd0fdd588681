"""The console's plugins, backups, bundles and settings."""

import html
import io
import re
import shlex
from functools import partial
from getpass import getuser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from command_line import joined, new_hub, serving
from consoles import HOSTILE, keepers, last_act, page, send
from hongxian.model.stamp import DAY_MILLISECONDS, wall_clock
from hongxian.plugins.loading import Plugins
from hongxian.security.sheet import RecoverySheet
from hongxian.wire.digest import Digest
from hongxian_plugins import roster
from hongxian_plugins.roster import Person
from hongxian_server.backups.drill import records_in
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.membership.keeper import cookie_secret
from hongxian_server.ops.opening import command_for
from hongxian_server.tables.keeper_log import Act
from meeting import meeting

TEAM = "红马甲管家团"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))


@pytest.fixture
def keeper(hub: Hub) -> FlaskClient:
    return keepers(hub)


def test_a_backup_is_made_listed_and_fetched_whole(
    hub: Hub, keeper: FlaskClient, tmp_path: Path
) -> None:
    path = "/console/backups"
    with hub:
        sheet = new_sheet(hub)
    assert send(keeper, path).location == path
    [address] = re.findall(r'href="(/console/backups/[^"]+\.age)"', page(keeper, path))
    fetched = tmp_path / "fetched.age"
    with keeper.get(address) as answer:
        fetched.write_bytes(answer.data)
    assert records_in(fetched, sheet, tmp_path) == 0
    for odd in ("../hub.db", "..%2fhub.db", "hub.db", "\x00", "identity.key"):
        assert keeper.get(f"{path}/{odd}").status_code == 404


def test_the_way_back_is_told_as_commands(keeper: FlaskClient, hub: Hub) -> None:
    told = page(keeper, "/console/backups")
    assert f"hongxian hub restore FILE --data {hub.folder}" in told
    assert "the hub must be stopped" in told


def test_before_the_way_back_the_keeper_is_told_what_comes_back_from_whom(tmp_path: Path) -> None:
    with meeting(tmp_path, roster) as told:
        told.team(TEAM)
        stays, ended = told.laptop(TEAM), told.laptop(TEAM)
        with told.hub:
            new_sheet(told.hub)
        keeper, path = keepers(told.hub), "/console/backups"
        send(keeper, path)
        [way] = re.findall(r'href="([^"]+/restore)"', page(keeper, path))
        assert "no laptop sent anything since then" in page(keeper, way)
        for laptop in (stays, ended):
            with laptop:
                Person.create(name="示例·甲001")
        told.sync()
        later = told.laptop(TEAM)
        for number, name in ((2, "留下的"), (3, "停用的"), (4, "后来的")):
            send(keeper, f"/console/laptops/{number}/name", f"/console/laptops/{number}", name=name)
        send(keeper, "/console/laptops/3/revoke")
        shown = " ".join(re.sub("<[^>]+>", " ", page(keeper, way)).split())
        assert "留下的 changes: 1 gives it back at its next sync" in shown
        assert "停用的 changes: 1 does not come back" in shown
        assert "后来的 : joined since then and needs a new code" in shown
        [file] = (told.hub.folder / "backups").glob("*.age")
        commands = re.findall("<code>(hongxian hub restore [^<]+)</code>", page(keeper, way))
        typed = shlex.split(html.unescape(commands[0]))
        assert typed == [*("hongxian", "hub", "restore", str(file), "--data", str(told.hub.folder))]
        assert later.folder.exists()
        assert keeper.get(f"{path}/other.age/restore").status_code == 404


def test_a_backup_is_checked_by_one_press_and_one_that_was_changed_is_told(
    hub: Hub, keeper: FlaskClient
) -> None:
    path = "/console/backups"
    with hub:
        new_sheet(hub)
    send(keeper, path)
    [file] = (hub.folder / "backups").glob("*.age")
    checked = send(keeper, f"{path}/{file.name}/check", path)
    assert checked.location == path
    assert "is whole" in page(keeper, path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-200] + b"x" * 100 + whole[-100:])
    assert send(keeper, f"{path}/{file.name}/check", path).location == path
    told = page(keeper, path)
    assert 'data-told="wrong"' in told
    assert "no whole backup of a hub" in told
    assert send(keeper, f"{path}/other.age/check", path).status_code == 404


def test_commands_name_the_folder_for_a_shell_unless_it_is_the_default_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home, folder, data in (
        (tmp_path, tmp_path / ".hongxian-hub", []),
        (
            tmp_path / "other",
            tmp_path / ".hongxian-hub",
            ["--data", str(tmp_path / ".hongxian-hub")],
        ),
        (tmp_path, tmp_path / "it's 主机; $HOME", ["--data", str(tmp_path / "it's 主机; $HOME")]),
    ):
        monkeypatch.setenv("HOME", str(home))
        hub = (Hub.open if folder.exists() else partial(Hub.init, community="示例社区"))(folder)
        keeper = keepers(hub)
        with hub:
            team = devices.add_team(hub, f"示例{len(devices.teams())}")
        made = send(keeper, "/console/codes", teams=team, days="1")
        shown = [page(keeper, f"/console/{each}") for each in ("backups", "settings")]
        shown.append(page(keeper, made.location))
        commands = re.findall("<code>(hongxian hub [^<]+)</code>", " ".join(shown))
        assert [shlex.split(html.unescape(each)) for each in commands] == [
            ["hongxian", "hub", *words, *data]
            for words in (
                ["restore", "FILE"],
                ["serve", "--host", "0.0.0.0"],
                ["serve", "--name", "HOST"],
                ["keeper"],
                ["serve", "--host", "0.0.0.0"],
            )
        ]


def test_a_service_s_commands_are_its_user_s_and_systemd_stops_and_starts_it(
    hub: Hub, keeper: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/nobody/listens")
    told = page(keeper, "/console/backups")
    user = f"sudo -u {getuser()} hongxian hub"
    assert re.findall("<code>(sudo [^<]+)</code>", told) == [
        "sudo systemctl stop hongxian",
        f"{user} restore FILE --data {hub.folder}",
        "sudo systemctl start hongxian",
    ]


def test_a_hub_in_a_folder_told_without_its_path_names_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hub = Hub.init(Path("hub"), "示例社区", plugins=Plugins(installed=False))
    assert command_for(hub, "keeper") == f"hongxian hub keeper --data {tmp_path / 'hub'}"


def test_a_laptop_s_bundle_is_taken_in_and_the_reply_fetched(tmp_path: Path) -> None:
    place = new_hub(tmp_path / "hub", TEAM)
    with serving(place) as url:
        laptop = joined(place, url, tmp_path / "甲机", TEAM)
    laptop.json("add", "roster.person", "name=示例·带来的")
    out, reply = tmp_path / "out", tmp_path / "reply"
    laptop.json("bundle", "out", out)
    keeper = keepers(Hub.open(place.folder))
    answer = given(keeper, out.read_bytes())
    reply.write_bytes(answer.data)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert laptop.json("bundle", "in", reply)["unsent"] == 0
    assert given(keeper, out.read_bytes()).status_code == 200, "twice harms nothing"
    broken = bytearray(out.read_bytes())
    broken[-1] ^= 1
    for wrong in (bytes(broken), b"", b"\x00" * 100, HOSTILE.encode(), b"HXB1\n\xff\xff\xff\xff"):
        answer = given(keeper, wrong)
        assert answer.status_code == 400
        assert 'class="wrong"' in answer.text
        assert "/tmp" not in answer.text.partition("<main")[2]
    assert not list(place.folder.glob("tmp*"))


def given(keeper: FlaskClient, content: bytes):
    return send(keeper, "/console/bundles", bundle=(io.BytesIO(content), "\u202e<b>.hxb"))


def test_no_file_at_all_is_said_beside_the_form(keeper: FlaskClient) -> None:
    answer = send(keeper, "/console/bundles")
    assert (answer.status_code, "Choose the file" in answer.text) == (400, True)


def test_plugins_are_told_with_their_errors_and_records_that_wait_for_one(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "broken.py").write_text(f"raise RuntimeError({HOSTILE!r})")
    (folder / "plugins" / "misspelt.py").write_text("def hongxian_migratoins(): ...")
    hub = Hub.init(folder, "示例社区")
    with hub, hub.upkeep():
        Digest.create(scope="community", collection="gone.thing", count=3)
    keeper = keepers(hub)
    told = page(keeper, "/console/plugins")
    chinese = page(keeper, "/console/plugins", headers={"Accept-Language": "zh-CN"})
    for shown, why in ((told, "it is never called; write "), (chinese, "从不会被调用；请写 ")):
        assert f'{why}<span translate="no">hongxian_migrations</span>' in shown
    assert "takes no part" in told.partition("broken")[2]
    assert "gone.thing: 3" in told
    assert "RuntimeError" in told
    assert "<script>alert" not in told
    assert "roster" in told


def test_the_keeper_ends_the_wait_for_laptops_that_will_not_come(
    hub: Hub, keeper: FlaskClient
) -> None:
    with hub, hub.upkeep(), HubState.changing() as state:
        state.recovering = True
    path = "/console/overview"
    assert "being filled again" in page(keeper, path)
    send(keeper, f"{path}/wait-no-longer", path)
    with hub:
        assert not hub.recovering


def test_settings_are_shown_in_both_languages_and_hold_no_secret(
    hub: Hub, keeper: FlaskClient
) -> None:
    path = "/console/settings"
    english = page(keeper, path)
    chinese = page(keeper, path, headers={"Accept-Language": "zh-CN"})
    assert "localhost" in english
    assert "数据文件夹" in chinese
    secret = cookie_secret(hub)
    assert secret not in english


def test_the_newest_backup_is_opened_by_the_letters_on_paper(hub: Hub, keeper: FlaskClient) -> None:
    path = "/console/backups"
    with hub:
        sheet, other = new_sheet(hub), RecoverySheet.new()
    send(keeper, path)
    asked = "whether the recovery sheet opens a backup"
    assert f"It was never tried {asked}" in page(keeper, "/console/overview")
    assert asked in page(keeper, "/console/overview")
    assert "It was never tried." in page(keeper, path)
    for wrong in ("", "ABC", str(other)):
        refused = send(keeper, f"{path}/drill", path, letters=wrong)
        assert refused.status_code == 400
        assert 'aria-describedby="letters-wrong"' in refused.text, "back at the form"
        assert str(other) not in refused.text, "letters are shown nowhere"
    assert asked in page(keeper, "/console/overview"), "what does not open was not tried"
    assert send(keeper, f"{path}/drill", path, letters=str(sheet).lower()).location == path
    shown = page(keeper, path)
    assert "opens by these letters" in shown
    assert "records: 0" in shown
    assert last_act(hub)[0] == Act.DRILL
    assert asked not in page(keeper, "/console/overview")
    hub.now = lambda: wall_clock() + 200 * DAY_MILLISECONDS
    assert asked in page(keepers(hub), "/console/overview"), "twice a year"


def test_a_hub_that_came_back_by_its_sheet_has_tried_it(hub: Hub, keeper: FlaskClient) -> None:
    with hub:
        new_sheet(hub)
        with HubState.changing() as state:
            state.put_back_at = hub.now()
    send(keeper, "/console/backups")
    assert "whether the recovery sheet" not in page(keeper, "/console/overview")


def test_a_backup_that_lies_elsewhere_too_is_not_to_be_fetched(
    hub: Hub, keeper: FlaskClient, tmp_path: Path
) -> None:
    path = "/console/backups"
    with hub:
        new_sheet(hub)
    send(keeper, path)
    assert "Now fetch it" in page(keeper, path)
    (tmp_path / "usb").mkdir()
    send(keeper, f"{path}/places", path, place=str(tmp_path / "usb"))
    hub.now = lambda: wall_clock() + 120_000
    send(keeper, path)
    told = re.sub("<[^>]+>", "", page(keeper, path))
    assert f"and lies in {tmp_path / 'usb'} too" in told
    assert "Now fetch it" not in told


def test_without_a_backup_there_is_nothing_to_open(keeper: FlaskClient) -> None:
    path = "/console/backups"
    assert "The 30 letters" not in page(keeper, path)
    assert send(keeper, f"{path}/drill", path, letters="A" * 30).status_code == 404
