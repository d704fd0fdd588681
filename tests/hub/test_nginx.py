"""A hub behind nginx under a public certificate, as docs/examples/nginx.conf has it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
from conftest import require
from playwright.sync_api import Browser, expect

from browsing import at_home_with, window_at
from certificates import Authority
from command_line import Place, hub_process, joined, new_hub
from desks import desk_of, entered, page
from hongxian.errors import PageRefused
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import NotTheHub, link_to_hub, post_to_hub
from hongxian_plugins.roster import Person
from nginx import NAME, nginx
from on_channel import running, soon
from system_packages import CERTUTIL, NGINX

TEAM = "红马甲管家团"
WITHIN = ("--proxy", "127.0.0.1", "--name", NAME)
LARGEST = 64 * 2**20
"""Bytes of a round."""


@dataclass
class Reached:
    """A hub that nginx stands before."""

    hub: Place
    inner: str
    url: str
    folder: Path
    authority: Authority

    def laptop(self, name: str) -> Place:
        return joined(self.hub, self.url, self.folder / name, TEAM)


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    """Every laptop of this process trusts the authority, as its system's settings say."""
    require(NGINX)
    folder = tmp_path_factory.mktemp("nginx")
    authority = Authority.made(folder / "authority")
    certificate = authority.certificate_of(NAME, folder / "certificate")
    hub = new_hub(folder / "hub", TEAM)
    with (
        pytest.MonkeyPatch.context() as patch,
        hub_process(hub, *WITHIN) as inner,
        nginx(folder / "nginx", inner, certificate) as url,
    ):
        patch.setenv("SSL_CERT_FILE", str(authority.certificate))
        yield Reached(hub, inner, url, folder, authority)


def test_laptops_join_and_sync_through_it(reached: Reached) -> None:
    first, second = reached.laptop("first"), reached.laptop("second")
    assert first.json("status")["hub"] == reached.url
    first.json("add", "roster.person", "name=示例·甲001")
    assert first.json("sync")["sent"] == 1
    assert second.json("sync")["received"] >= 1
    assert [each["name"] for each in second.json("list", "roster.person")] == ["示例·甲001"]


def test_the_hub_rings_its_laptops_through_it(reached: Reached) -> None:
    one, other = (Replica.open(reached.laptop(name).folder) for name in ("saves", "is-rung"))
    with running(other):
        with one:
            Person.create(name="示例·丙003")
            sync(one, post_to_hub(one))
        soon(lambda: is_there(other, "示例·丙003"))


def is_there(replica: Replica, name: str) -> bool:
    with replica:
        return bool(Person.select().where(Person.name == name).exists())


def test_it_lets_the_largest_round_through_to_the_hub(reached: Reached) -> None:
    """The hub says of these bytes, which it has read, that they are no round: nginx would say less."""
    with Replica.open(reached.laptop("large").folder) as replica:
        link = link_to_hub(replica)
        with pytest.raises(PageRefused):
            link.post("/v1/round", os.urandom(LARGEST))


@contextmanager
def browser(trusted: Path | None, address: str) -> Iterator[urllib3.PoolManager]:
    """One on a machine with this address."""
    options = {"ca_certs": str(trusted)} if trusted else {}
    with urllib3.PoolManager(source_address=(address, 0), retries=False, **options) as pool:
        yield pool


def log_in(
    pool: urllib3.PoolManager, url: str, password: str, **headers: str
) -> urllib3.BaseHTTPResponse:
    address = f"{url}/console/log-in"
    asked = pool.request("GET", address)
    cookie = asked.headers["Set-Cookie"].partition(";")[0]
    token = re.search('name="csrf_token" value="([^"]+)"', asked.data.decode())
    assert token
    return pool.request_encode_body(
        "POST",
        address,
        {"csrf_token": token[1], "password": password},
        {"Cookie": cookie, "Referer": address, **headers},
        encode_multipart=False,
        redirect=False,
    )


def test_the_console_opens_behind_it_and_its_cookie_goes_only_encrypted(reached: Reached) -> None:
    password = reached.hub.json("hub", "keeper")["keeper_password"]
    with browser(reached.authority.certificate, "127.0.0.1") as pool:
        entered = log_in(pool, reached.url, password)
        cookie = entered.headers["Set-Cookie"]
        assert (entered.status, entered.headers["Location"]) == (302, "/console/overview")
        assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
        kept = {"Cookie": cookie.partition(";")[0]}
        shown = pool.request("GET", f"{reached.url}/console/overview", headers=kept)
        assert "示例社区" in shown.data.decode()
        codes = pool.request("GET", f"{reached.url}/console/codes", headers=kept).data.decode()
        assert "--host 0.0.0.0" not in codes


def test_a_browser_opens_the_console_behind_it_without_a_warning(
    reached: Reached, chromium: Browser, tmp_path: Path
) -> None:
    require(CERTUTIL)
    password = reached.hub.json("hub", "keeper")["keeper_password"]
    trusted = at_home_with(chromium, tmp_path / "home", reached.authority.certificate)
    with trusted as browser, window_at(browser, reached.url) as window:
        tab = window.new_page()
        tab.goto(reached.url)
        tab.get_by_label("Keeper's password").fill(password)
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", name="示例社区")).to_be_visible()
        [session] = [each for each in window.cookies() if each["name"] == "hongxian_console"]
        assert session["secure"]


def test_guesses_are_counted_by_the_machine_that_makes_them_whatever_it_says_of_itself(
    reached: Reached,
) -> None:
    trusted = reached.authority.certificate
    with browser(trusted, "127.0.0.2") as guesser, browser(trusted, "127.0.0.3") as other:
        told = [
            log_in(guesser, reached.url, "wrong", **{"X-Forwarded-For": f"10.0.0.{each}"}).status
            for each in range(11)
        ]
        assert told == [403] * 10 + [429]
        assert log_in(other, reached.url, "wrong").status == 403
    with browser(None, "127.0.0.4") as beside:  # past nginx, which nobody takes it for
        told = [
            log_in(beside, reached.inner, "wrong", **{"X-Forwarded-For": f"10.0.1.{each}"}).status
            for each in range(11)
        ]
        assert told == [403] * 10 + [429]


def impostors_certificate(reached: Reached, folder: Path, kind: str) -> tuple[Path, Path]:
    if kind == "another name":
        return reached.authority.certificate_of("other.example.org", folder)
    return Authority.made(folder.with_name("nobody")).certificate_of(NAME, folder)


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        ("another name", "它的证书不是这个网址的", "its certificate is for another address"),
        ("nobody's", "没有公认的机构担保", "nor vouched for by anybody"),
    ],
)
def test_a_certificate_for_another_name_or_of_nobody_is_refused_in_words(
    reached: Reached, tmp_path: Path, kind: str, zh: str, en: str
) -> None:
    """On the command line, and on the desk of a laptop that had joined; nothing leaves it."""
    laptop = reached.laptop(f"with {kind}")
    laptop.json("add", "roster.person", f"name=示例·{kind}")
    wrong = impostors_certificate(reached, tmp_path / "certificate", kind)
    with nginx(tmp_path / "nginx", reached.inner, wrong) as url:
        code = reached.hub.json("hub", "enrol", TEAM)["code"]
        refused = Place(tmp_path / "newcomer").json("join", url, code, code=3)
        assert refused["error"] == "NotTheHub"
        assert zh in refused["message"]["zh"]
        assert en in refused["message"]["en"]
        assert laptop.json("sync", "--hub", url, code=3)["error"] == "NotTheHub"
        assert en in line_of_desk(laptop, url)
    assert laptop.json("status")["unsent"] == 1
    assert laptop.json("sync")["sent"] == 1


def line_of_desk(laptop: Place, url: str) -> str:
    """What the line on top of the desk says after a sync with this address."""
    replica = Replica.open(laptop.folder)
    desk = desk_of(replica)
    with replica, pytest.raises(NotTheHub) as refused:
        sync(replica, post_to_hub(replica, url))
    desk.last = refused.value
    return page(entered(desk), "/sync-line")


@pytest.mark.thorough
def test_a_hub_that_is_away_behind_it_is_out_of_reach(reached: Reached, tmp_path: Path) -> None:
    laptop = reached.laptop("alone")
    certificate = reached.authority.certificate_of(NAME, tmp_path / "certificate")
    with nginx(tmp_path / "nginx", "http://127.0.0.1:9", certificate) as url:
        told = laptop.json("sync", "--hub", url, code=3)
    assert told["error"] == "HubOutOfReach"
    assert "HTTP 502" in told["message"]["en"]
