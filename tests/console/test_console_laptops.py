"""The console's teams, laptops and codes."""

import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from consoles import CHOSEN, HOSTILE, UNREADABLE, keepers, last_act, page, send, visitor
from hongxian.collections.builtin import Device, Task
from hongxian.plugins.loading import Plugins
from hongxian.security.code import EnrolmentCode
from hongxian.text import Text
from hongxian_plugins import mediation
from hongxian_plugins.mediation import Case
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.network.addresses import address_for_laptops, names_of
from hongxian_server.tables.access import Incarnation
from meeting import meeting
from signing import enrolled as signing_device
from signing import enrolment, new_key, post_enrolment

TEAM = "红马甲管家团"


@pytest.fixture
def hub(tmp_path: Path, database_url: str | None) -> Hub:
    made = Hub.init(
        tmp_path / "hub", "示例社区", database_url=database_url, plugins=Plugins(installed=False)
    )
    with made:
        devices.add_team(made, TEAM)
    return made


@pytest.fixture
def keeper(hub: Hub) -> FlaskClient:
    return keepers(hub)


def scope(hub: Hub, name: str = TEAM) -> str:
    with hub:
        return devices.scope_of_team(name)


def enrolled(hub: Hub, name: str = "甲机") -> int:
    return signing_device(hub, TEAM, name=name).number


def enrol_at(laptop: FlaskClient, hub: Hub, code: str) -> TestResponse:
    """A code used over HTTP, by a laptop that is new each time."""
    key = new_key()
    return post_enrolment(laptop, hub, key, enrolment(EnrolmentCode.typed(code).secret, key))


def made_code(hub: Hub, keeper: FlaskClient) -> str:
    """A code as the page shows it."""
    path = "/console/codes"
    answer = send(keeper, path, teams=[scope(hub)], days="1")
    return re.search(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", page(keeper, answer.location))[0]


@pytest.mark.either_database
def test_a_team_is_added_and_renamed(hub: Hub, keeper: FlaskClient) -> None:
    path = "/console/teams"
    assert send(keeper, path, name=" 夕阳红 ").location == path
    assert "夕阳红" in page(keeper, path)
    one = f"{path}/{scope(hub, '夕阳红')}"
    assert send(keeper, one, name="晚霞红").location == path
    listed = page(keeper, path)
    assert "晚霞红" in listed.partition("<main")[2]
    assert ">夕阳红<" not in listed
    assert send(keeper, one, name=TEAM).status_code == 400
    assert send(keeper, one, name="晚霞红").location == path


@pytest.mark.parametrize("name", ["", "  ", "community", "长" * 81, "a" * 100_000, *UNREADABLE])
def test_a_name_that_cannot_be_read_or_is_too_long_is_refused_in_words(
    hub: Hub, keeper: FlaskClient, name: str
) -> None:
    for path in ("/console/teams", f"/console/teams/{scope(hub)}"):
        answer = send(keeper, path, name=name)
        assert answer.status_code == 400
        assert 'class="wrong"' in answer.text
    with hub:
        assert list(devices.teams().values()) == [TEAM]


@pytest.mark.either_database
@pytest.mark.parametrize("name", [HOSTILE, "🧵 红线", "O'Brien & 子女"])
def test_any_name_that_can_be_read_is_stored_as_typed_and_never_markup(
    hub: Hub, keeper: FlaskClient, name: str
) -> None:
    send(keeper, "/console/teams", name=name)
    for path in ("/console/teams", f"/console/teams/{scope(hub, name)}", "/console/codes"):
        shown = page(keeper, path)
        assert str(escape(name)) in shown
        assert "<script>alert" not in shown


def test_a_code_is_shown_once_works_once_and_stands_in_no_address(
    hub: Hub, keeper: FlaskClient
) -> None:
    answer = send(keeper, "/console/codes", teams=[scope(hub)], days="7")
    first = page(keeper, answer.location)
    code = re.search(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", first)[0]
    assert code not in answer.location
    assert code not in keeper.get_cookie("hongxian_console").value
    assert f"hongxian join http://localhost {code}" in first
    assert 'class="qr"' in first
    assert keeper.get(answer.location).location == "/console/codes"
    assert TEAM in page(keeper, "/console/codes").partition("Not used yet")[2]
    laptop = make_app(hub).test_client()
    assert enrol_at(laptop, hub, code).status_code == 200
    assert enrol_at(laptop, hub, code).status_code == 403
    assert "No code is pending" in page(keeper, "/console/codes")


@pytest.mark.either_database
def test_a_withdrawn_code_works_no_more(hub: Hub, keeper: FlaskClient) -> None:
    code = made_code(hub, keeper)
    which = re.search('name="which" value="([^"]+)"', page(keeper, "/console/codes"))[1]
    send(keeper, "/console/codes/withdraw", "/console/codes", which=which)
    laptop = make_app(hub).test_client()
    assert enrol_at(laptop, hub, code).status_code == 403


def test_pending_codes_are_told_apart_by_their_last_letters_and_withdrawn_at_once(
    hub: Hub, keeper: FlaskClient
) -> None:
    made = [made_code(hub, keeper) for _ in range(3)]
    listed = page(keeper, "/console/codes")
    assert all(f"ends with {each[-2:]}, made 2" in listed for each in made)
    assert not [each for each in made if each[-3:] in listed], "too little to guess the rest by"
    send(keeper, "/console/codes/withdraw", "/console/codes", each=["\x00", "0" * 64])
    with hub:
        hashes = [each.code_hash for each in devices.pending_codes(hub)]
    assert len(hashes) == 3
    assert all(f'name="each" value="{each}"' in listed for each in hashes)
    send(keeper, "/console/codes/withdraw", "/console/codes", each=hashes, which=hashes[0])
    with hub:
        assert len(devices.pending_codes(hub)) == 2, "that one alone"
    send(keeper, "/console/codes/withdraw", "/console/codes", each=hashes)
    laptop = make_app(hub).test_client()
    assert {enrol_at(laptop, hub, each).status_code for each in made} == {403}


def test_who_changes_the_password_is_led_to_the_codes_that_a_stranger_may_have_made(
    hub: Hub, keeper: FlaskClient
) -> None:
    form = {"old": CHOSEN, "new": "another long one", "again": "another long one"}
    made_code(hub, keeper)
    assert send(keeper, "/console/password", **form).location == "/console/codes"
    assert "still let laptops in" in page(keeper, "/console/codes")


@pytest.mark.parametrize(
    "form",
    [{}, {"teams": ["t-00000000"], "days": "1"}, {"days": "1"}, {"days": "x"}, {"days": "\x00"}],
)
def test_a_code_for_nobody_or_for_odd_days_is_not_made(
    hub: Hub, keeper: FlaskClient, form: dict
) -> None:
    if form.get("days") in ("x", "\x00"):
        form["teams"] = [scope(hub)]
    assert send(keeper, "/console/codes", **form).status_code == 400
    assert send(keeper, "/console/codes/withdraw", "/console/codes", which="\x00").location
    with hub:
        assert devices.pending_codes(hub) == []


def directory_of(number: int) -> Device:
    return Device.get(Device.number == number)


def test_a_laptop_is_let_into_a_team_and_taken_out(hub: Hub, keeper: FlaskClient) -> None:
    number = enrolled(hub)
    send(keeper, "/console/teams", name="夕阳红")
    one = f"/console/laptops/{number}"
    send(keeper, f"{one}/teams", one, grant=scope(hub, "夕阳红"))
    send(keeper, f"{one}/teams", one, withdraw=scope(hub))
    with hub:
        assert set(directory_of(number).teams) == {scope(hub, "夕阳红")}
    for odd in ("\x00", HOSTILE, "\u202e", "x" * 10_000):
        for button in ("grant", "withdraw"):
            answer = send(keeper, f"{one}/teams", one, **{button: odd})
            assert answer.status_code == 400
            assert HOSTILE not in answer.text


@pytest.mark.either_database
def test_ending_an_access_asks_first_and_tells_what_was_held(hub: Hub, keeper: FlaskClient) -> None:
    number = enrolled(hub)
    with hub:
        own = Incarnation.number == number
        Incarnation.update(unsent=7, last_seen=hub.now()).where(own).execute()
    ask = f"/console/laptops/{number}/revoke"
    told = page(keeper, ask)
    assert "held 7 changes that it had not sent" in told
    assert f"({number})?" in told, "another may bear its name"
    assert "chose not to encrypt it" in told
    assert TEAM in told
    assert "revoked" not in page(keeper, "/console/laptops").partition("<main")[2]
    assert send(keeper, ask).location == "/console/laptops"
    assert "revoked" in page(keeper, "/console/laptops").partition("<main")[2]
    with hub:
        assert directory_of(number).revoked
    for odd in ("99", "99999999999999999999"):
        assert keeper.get(f"/console/laptops/{odd}").status_code == 404


def test_a_laptop_s_name_holds_nothing_that_turns_or_hides_letters(hub: Hub) -> None:
    for name, kept in (("甲\u202e机\x00", "甲机"), ("\n", "laptop"), (HOSTILE, HOSTILE)):
        number = enrolled(hub, name)
        with hub:
            assert directory_of(number).name == kept


def test_guessing_codes_is_slowed_down(hub: Hub, keeper: FlaskClient) -> None:
    code = made_code(hub, keeper)
    laptop = make_app(hub).test_client()
    for _ in range(10):
        assert enrol_at(laptop, hub, f"{code[:-9]}AAA-ABBBB").status_code == 403
    assert enrol_at(laptop, hub, code).status_code == 429


def test_every_page_is_shut_without_the_password(hub: Hub, keeper: FlaskClient) -> None:
    stranger = visitor(hub)
    for rule in stranger.application.url_map.iter_rules():
        if rule.rule.startswith("/console") and rule.endpoint not in ("auth.ask", "auth.enter"):
            path = re.sub("<[^>]+>", "1", rule.rule)
            answer = stranger.get(path) if "GET" in rule.methods else None
            assert answer is None or answer.location == "/console/log-in", path


def test_the_address_for_laptops_is_one_that_they_reach() -> None:
    everywhere = names_of("0.0.0.0")
    assert address_for_laptops("http://192.168.1.9:8470", everywhere) == "http://192.168.1.9:8470"
    told = address_for_laptops("http://127.0.0.1:8470", everywhere)
    assert told == f"http://{everywhere[3]}:8470"
    assert address_for_laptops("http://[::1]:8470", ["hub.example"]) == "http://hub.example:8470"
    assert address_for_laptops("https://hub.example", []) == "https://hub.example"
    assert address_for_laptops("http://localhost:8470", names_of("127.0.0.1")) is None


@pytest.mark.either_database
def test_a_laptop_is_renamed_for_everybody_and_the_log_tells(hub: Hub, keeper: FlaskClient) -> None:
    number = enrolled(hub)
    one = f"/console/laptops/{number}"
    assert send(keeper, f"{one}/name", one, name=" 服务台 ").location == one
    assert "服务台" in page(keeper, "/console/laptops")
    assert last_act(hub) == ["laptop renamed", str(number), "甲机", "服务台"]
    with hub:
        assert directory_of(number).name == "服务台"
    for odd in ("", "长" * 81, *UNREADABLE):
        answer = send(keeper, f"{one}/name", one, name=odd)
        assert answer.status_code == 400
        assert 'class="wrong"' in answer.text
    send(keeper, f"{one}/name", one, name=HOSTILE)
    assert "<script>alert" not in page(keeper, one)


def test_before_a_laptop_is_let_in_the_keeper_is_told_what_that_shows(tmp_path: Path) -> None:
    with meeting(tmp_path, mediation) as told:
        scope = told.team("老娘舅")
        told.team(TEAM)
        with told.laptop("老娘舅"):
            Task.create(text=Text("示例事项", "a matter"), scope=scope)
            Case.create(
                committee="示例",
                registered_on=date(2026, 3, 2),
                kind="other",
                summary="示例",
                scope=scope,
            )
        told.sync()
        told.laptop(TEAM)
        with told.hub:
            number = max(each.number for each in Incarnation.select())
        keeper, one = keepers(told.hub), f"/console/laptops/{number}"
        [asks] = re.findall(r'href="([^"]+/join\?team=[^"]+)"', page(keeper, one))
        shown = " ".join(re.sub("<[^>]+>", " ", page(keeper, asks)).split())
        assert "Tasks confidential 1" in shown, shown
        assert "only who is let into its circle 1 Laptops of a circle" in shown, shown
        assert keeper.get(f"{one}/join?team=%00").status_code == 400
        with told.hub:
            assert scope not in directory_of(number).teams, "to ask changes nothing"
        send(keeper, f"{one}/teams", asks, grant=scope)
        with told.hub:
            assert scope in directory_of(number).teams
        assert "confidential: Tasks" in re.sub("<[^>]+>", "", page(keeper, "/console/codes"))


def test_a_team_goes_to_its_next_leader_on_one_road(hub: Hub, keeper: FlaskClient) -> None:
    enrolled(hub, "旧机")
    road = f"/console/teams/{scope(hub)}/hand-over"
    assert road in page(keeper, f"/console/teams/{scope(hub)}")
    made_code(hub, keeper)
    assert "A code is pending" in page(keeper, road)
    number = enrolled(hub, "新机")
    shown = page(keeper, road)
    assert "旧机" in shown
    assert f"/console/laptops/{number}/revoke" in shown
    send(keeper, f"/console/laptops/{number - 1}/revoke")
    page(keeper, road)  # which says that it was ended
    assert "旧机" not in page(keeper, road)
