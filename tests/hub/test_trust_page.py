"""A browser that was made to trust the hub's own certificate opens the console without a warning."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import require
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Error, expect

from browsing import at_home_with, window_at
from command_line import Place, hub_process, new_hub
from consoles import page
from desks import CHINESE, ENGLISH
from hongxian_server.console.app import make_console
from hongxian_server.hub import Hub
from hongxian_server.ops.network.certificates import AUTHORITY, Certificates
from system_packages import CERTUTIL

AGENTS = {
    "Firefox": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Windows": "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "macOS": "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit/605 Safari/605.1.15",
    "iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Safari/604",
    "Android": "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari",
    "UOS": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One that has served once, and so has its certificates."""
    place = new_hub(tmp_path_factory.mktemp("trust") / "hub")
    with hub_process(place):
        return place


@pytest.fixture(scope="module")
def address(hub: Place) -> Iterator[str]:
    with hub_process(hub) as url:
        yield url


def test_a_browser_that_trusts_it_opens_the_console_without_a_warning(
    hub: Place, address: str, chromium: Browser, tmp_path: Path
) -> None:
    require(CERTUTIL)
    password = hub.json("hub", "keeper")["keeper_password"]
    with at_home_with(chromium, tmp_path / "home", hub.folder / AUTHORITY) as browser:
        for name in ("127.0.0.1", "localhost"):
            url = f"https://{name}:{urlsplit(address).port}"
            with window_at(browser, url) as window:
                tab = window.new_page()
                tab.goto(url)
                tab.get_by_label("Keeper's password").fill(password)
                tab.keyboard.press("Enter")
                expect(tab.get_by_role("heading", name="示例社区")).to_be_visible()


def test_a_browser_on_the_hubs_own_machine_needs_no_certificate(
    tmp_path: Path, chromium: Browser
) -> None:
    """Beside the encrypted port, which laptops use, nobody else reaches the plain one."""
    hub = new_hub(tmp_path / "hub")
    words = ("--host", "0.0.0.0", "--port", "0", "--plain", "0", "--json")
    with hub.process("hub", "serve", *words) as process:
        told = json.loads(process.stdout.readline())
        console, elsewhere = urlsplit(told["console"]), urlsplit(told["url"]).hostname
        assert (console.scheme, console.hostname) == ("http", "127.0.0.1")
        assert told["url"].startswith("https://")
        with window_at(chromium, told["console"]) as window:
            tab = window.new_page()
            tab.goto(told["console"])
            tab.get_by_label("Keeper's password").fill(told["keeper_password"])
            tab.keyboard.press("Enter")
            expect(tab.get_by_role("heading", name="示例社区")).to_be_visible()
        if elsewhere != "127.0.0.1":  # a machine without a network has no other address
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((elsewhere, console.port), timeout=5)
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_another_browser_warns_and_shows_what_to_do_to_who_goes_on(
    hub: Place, address: str, chromium: Browser
) -> None:
    with window_at(chromium, address) as window, pytest.raises(Error, match="ERR_CERT_AUTHORITY"):
        window.new_page().goto(address)
    with window_at(chromium, address, ignore_https_errors=True, locale="zh-CN") as window:
        tab = window.new_page()
        tab.goto(address)
        tab.get_by_role("link", name="浏览器说这一页不安全").click()
        expect(tab.get_by_text("certutil -d sql:")).to_be_visible()
        expect(tab.get_by_text(hub.json("hub", "status")["authority"]["sha256"])).to_be_visible()
        with tab.expect_download() as kept:
            tab.get_by_role("link", name="下载证书").click()
        assert kept.value.suggested_filename == "hongxian.crt"
        assert kept.value.path().read_bytes() == (hub.folder / AUTHORITY).read_bytes()


def visitor(hub: Place, *, authority: bool = True) -> FlaskClient:
    """A browser that has not logged in, at a console that is served under its own certificate or not."""
    opened = Hub.open(hub.folder)
    own = Certificates(hub.folder, ["127.0.0.1"], opened.now())
    return make_console(opened, ["localhost"], own.authority if authority else "").test_client()


@pytest.mark.parametrize("system", AGENTS)
def test_what_to_do_on_the_readers_own_system_is_open(hub: Place, system: str) -> None:
    browser = visitor(hub)
    for headers in (ENGLISH, CHINESE):
        shown = page(browser, "/trust", headers={**headers, "User-Agent": AGENTS[system]})
        [(_, opened)] = [
            each.split("</summary>")[0].split("<summary>")
            for each in shown.split("<details")
            if each.startswith(' class="panel" open')
        ]
        assert system in opened or (headers is CHINESE and system in ("Android", "macOS"))
    strange = page(browser, "/trust", headers={**ENGLISH, "User-Agent": "curl/8"})
    assert 'class="panel" open' not in strange


def test_the_command_line_tells_the_fingerprints_to_compare(hub: Place) -> None:
    held = x509.load_pem_x509_certificate((hub.folder / AUTHORITY).read_bytes())
    for kind in (hashes.SHA256(), hashes.SHA1()):
        fingerprint = held.fingerprint(kind).hex(":").upper()
        assert fingerprint in hub("hub", "status").out
        assert fingerprint in page(visitor(hub), "/trust")


def test_where_no_certificate_of_the_hubs_own_is_served_there_is_nothing_to_trust(
    hub: Place,
) -> None:
    browser = visitor(hub, authority=False)
    assert "/trust" not in page(browser, "/console/log-in")
    assert browser.get("/trust").status_code == 404
    assert browser.get("/trust/hongxian.crt").status_code == 404
    assert new_hub(hub.folder.with_name("new")).json("hub", "status")["authority"] is None


def test_the_authority_vouches_for_servers_alone(hub: Place) -> None:
    """Not for programs or for mail, which its limits of names would not stop."""
    held = x509.load_pem_x509_certificate((hub.folder / AUTHORITY).read_bytes())
    uses = held.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH]
