"""Personal pages behind Caddy with a certificate that it got by ACME, behind nginx, of a town's communities."""

from pathlib import Path

import pytest
from conftest import require
from playwright.sync_api import Browser, expect

from browsing import at_home_with, window_at
from caddy import caddy
from certificates import Authority
from command_line import hub_process, joined, new_hub
from hongxian.codes import code_in
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.roster import Person
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.ops.network.reaching import NotReached, refuse_out_of_reach
from hongxian_server.ops.phone_pages import publish
from hongxian_testing.laptop import with_only
from hongxian_web.serving import tls_context
from listening import listening
from nginx import NAME, nginx
from phone_lines import Line
from phones import agree, code_for
from system_packages import CADDY, CERTUTIL, NGINX, PEBBLE
from towns import Settlement, served_town

TEAM = "红马甲管家团"
WITHIN = ("--proxy", "127.0.0.1", "--name", NAME)
HAND = {"viewport": {"width": 390, "height": 760}, "has_touch": True, "is_mobile": True}
WORKS = "navigator.serviceWorker.ready.then((one) => [new URL(one.scope).pathname, Boolean(crypto.subtle)])"


def person_and_code(laptop: Replica) -> str:
    """Somebody whom a leader has just written down; the code that lets their phone in."""
    with laptop:
        person = Person.create(name="示例·甲001")
        sync(laptop, post_to_hub(laptop))
    return code_for(laptop, person)


def test_behind_caddy_that_got_its_certificate_by_acme_a_phone_has_all_that_its_browser_trusts(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (CADDY, PEBBLE, CERTUTIL):
        require(each)
    hub = new_hub(tmp_path / "hub", TEAM)
    with hub_process(hub, *WITHIN) as inner, caddy(tmp_path / "caddy", inner) as (url, root):
        shut = hub.json("hub", "phones", "test")
        assert shut == {"address": "", "reached": False}
        hub.json("hub", "phones", "open", url)
        assert (
            "no authority that phones trust"
            in hub.json("hub", "phones", "test", code=1)["message"]["en"]
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(root))
        assert hub.json("hub", "phones", "test") == {"address": url, "reached": True}
        code = person_and_code(Replica.open(joined(hub, url, tmp_path / "laptop", TEAM).folder))
        assert code.startswith(f"{url}/m/#")
        with at_home_with(chromium, tmp_path / "home", root) as browser:
            with window_at(browser, url, **HAND) as phone:
                tab = phone.new_page()
                tab.goto(code)
                agree(tab)
                expect(tab.locator(".who")).to_contain_text("示例·甲001")
                assert tab.evaluate(WORKS) == ["/m/", True]
                [cookie] = [each for each in phone.cookies() if each["name"] == "hongxian_phone"]
                assert (cookie["path"], cookie["secure"], cookie["httpOnly"]) == ("/m/", True, True)
            with window_at(browser, inner, **HAND) as beside:
                tab = beside.new_page()
                tab.goto(f"{inner}/m/")
                expect(tab.get_by_text("at the address that the community names")).to_be_visible()
                tab.goto(f"{inner}/m/#{code_in(code)}")
                expect(tab.get_by_role("alert")).to_contain_text("opens nothing here")
        assert hub.json("hub", "phones", "shut")["address"] == ""
        assert hub.json("hub", "phones", "show")["phones"] == 1


def test_communities_of_a_town_share_no_cookie_and_no_phone(
    chromium: Browser, tmp_path: Path
) -> None:
    settlement = Settlement(tmp_path / "town")
    names = ("one", "two")
    places = [settlement.community(each) for each in names]
    with served_town(settlement, names) as town:
        at = settlement.url.replace("127.0.0.1", "localhost")
        lines = {each: Line(f"{at}/{each}/m/") for each in names}
        for name, place in zip(names, places, strict=True):
            place.json("hub", "phones", "open", f"{at}/{name}")
        laptop = settlement.laptop("one")
        phone, other = lines["one"], lines["two"]
        code = person_and_code(laptop)
        assert code.startswith(f"{at}/one/m/#")
        assert other.enter(code).status in (400, 403)
        assert phone.enter(code).status == 200
        assert phone.get("me").status == 200
        assert "Path=/one/m/" in str(phone.get("door").headers["Set-Cookie"])
        assert 'data-root="/one/m/"' in phone.get().text
        assert phone.get("sw.js").status == 200
        other.cookies = dict(phone.cookies)
        other.phone, other.private = phone.phone, phone.private
        assert other.get("me").status == 302
        assert other.come_back().told == {"here": [], "gone": []}
        assert town.has("two")
        with window_at(chromium, at) as context:
            tab = context.new_page()
            for name in names:
                tab.goto(f"{at}/{name}/m/")
                assert tab.evaluate(WORKS) == [f"/{name}/m/", True]
            kept = tab.evaluate("indexedDB.databases().then((all) => all.map((each) => each.name))")
            assert sorted(kept) == ["hongxian /one/m/", "hongxian /two/m/"]


# -- what the keeper is told of an address -------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that this process trusts."""
    return Authority.made(tmp_path_factory.mktemp("authority") / "made")


def told_of(hub: Hub, address: str) -> str:
    """What the hub says of an address; "" where phones reach it there."""
    try:
        refuse_out_of_reach(hub, address)
    except NotReached as error:
        return error.text.en
    return ""


def test_the_keeper_is_told_what_is_missing_at_an_address(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    hub, other = (Hub.init(tmp_path / each, each, plugins=with_only([])) for each in ("one", "two"))
    held = {
        "good": authority.certificate_of(NAME, tmp_path / "good"),
        "another": authority.certificate_of("other.example.org", tmp_path / "another"),
        "nobody": Authority.made(tmp_path / "nobody").certificate_of(NAME, tmp_path / "nobodys"),
    }
    for kind, said in (
        ("good", ""),
        ("another", "is for another address"),
        ("nobody", "no authority that phones trust"),
    ):
        with listening(make_server(hub, "127.0.0.1", 0, tls=tls_context(*held[kind]))) as url:
            address = url.replace("http://127.0.0.1", f"https://{NAME}")
            with hub:
                publish(hub, address)
            assert said in told_of(hub, address), kind
            assert bool(said) == bool(told_of(hub, address))
            assert "not this hub" in told_of(other, address) or said
            with hub:
                publish(hub, "https://hub.example.org")
            assert "does not pass on" in told_of(hub, address) or said
    assert "nobody answers" in told_of(hub, address)
    assert "no such name" in told_of(hub, "https://no-such-name.invalid")


def test_whatever_else_answers_there_is_not_followed(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is it shown what was answered."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only([]))
    asked = []

    def app(environ: dict[str, str], start_response: object) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response("302 Found", [("Location", "http://127.0.0.1:1/"), ("Content-Length", "9")])  # type: ignore[operator]
        return [b"[" * 9]

    from hongxian_web.serving import Server

    certificate = authority.certificate_of(NAME, tmp_path / "certificate")
    server = Server(app, "127.0.0.1", 0, tls=tls_context(*certificate), folder=tmp_path)  # type: ignore[arg-type]
    with listening(server) as url:
        address = url.replace("http://127.0.0.1", f"https://{NAME}")
        assert "not this hub" in told_of(hub, address)
    assert asked == ["/m/here"]


def test_behind_nginx_a_phone_comes_in_too(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of the manual passes on what the hub must know."""
    require(NGINX)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    hub = new_hub(tmp_path / "hub", TEAM)
    certificate = authority.certificate_of(NAME, tmp_path / "certificate")
    with hub_process(hub, *WITHIN) as inner, nginx(tmp_path / "nginx", inner, certificate) as url:
        hub.json("hub", "phones", "open", url)
        assert hub.json("hub", "phones", "test")["reached"]
    with hub_process(hub) as inner, nginx(tmp_path / "again", inner, certificate) as url:
        hub.json("hub", "phones", "open", url)
        assert hub.json("hub", "phones", "test", code=1)["error"] == "NotReached"
