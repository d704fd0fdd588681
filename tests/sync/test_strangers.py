"""What answers in the hub's place is named as what it is; nothing of it is believed, and nothing is lost."""

import gzip
import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from command_line import Place, hub_process, joined, new_hub, serving
from desks import desk_of, entered, page
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import NotTheHub, post_to_hub
from hongxian_server.hub import Hub
from proven_hubs import code_of
from proven_hubs import new_hub as new_sample_hub
from sweeps import sweep
from test_hub_identity import through

TEAM = "示例队"
TITLE = "示例 Wi-Fi 登录"
PAGE = f"<!DOCTYPE html><title>{TITLE}</title><p>Please log in."


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    told = {"Content-Length": str(len(body)), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def web_page(text: str, charset: str = "utf-8", status: str = "200 OK", **headers: str) -> bytes:
    return answer(
        status, text.encode(charset), Content_Type=f"text/html; charset={charset}", **headers
    )


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


@contextmanager
def answering(said: bytes, port: int = 0) -> Iterator[str]:
    """A machine that gives this answer to whatever it is asked; its address."""

    class Odd(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            self.wfile.write(said)

    with Server(("127.0.0.1", port), Odd) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


LOGIN_PAGES = {
    "a page": web_page(PAGE),
    "a page in the charset of another time": web_page(PAGE, "gbk"),
    "a page that names no charset": answer("200 OK", PAGE.encode()),
    "a page in a charset that nobody knows": answer(
        "200 OK", PAGE.encode(), Content_Type="text/html; charset=x-none"
    ),
    "a page that says 403": web_page(PAGE, status="403 Forbidden"),
    "a page that says 404": web_page(PAGE, status="404 Not Found"),
    "network authentication required": web_page(PAGE, status="511 Log in"),
}
UNTITLED_PAGES = {
    "a page that sends on by itself": web_page(
        '<meta http-equiv="refresh" content="0; url=http://10.0.0.1/login">'
    ),
    "a title without an end": web_page("<title>" * 1_000),
    "network authentication required in JSON": answer("511 Log in", b"{}"),
    "a page that is a gzip bomb": answer(
        "200 OK",
        gzip.compress(b"0" * 10_000_000),
        Content_Type="text/html",
        Content_Encoding="gzip",
    ),
}
SENDING_ON = {
    f"{status} to a login page": answer(f"{status} Go", Location="http://10.0.0.1/login?to=hub")
    for status in (301, 302, 303, 307, 308)
}
OTHERS = {
    "another service": answer("200 OK", b'{"status":"ok"}', Content_Type="application/json"),
    "a list": answer("200 OK", b"[]"),
    "a number": answer("200 OK", b"1e999"),
    "nothing": answer("204 No Content"),
    "JSON 10,000 deep": answer("200 OK", b"[" * 10_000),
    "objects 1,000 deep": answer("200 OK", b'{"a":' * 1_000 + b"1" + b"}" * 1_000),
    "bytes of no charset": answer("200 OK", bytes(range(128, 256))),
    "a statement of wrong types": answer(
        "200 OK",
        json.dumps({"identity": 1, "authority": [], "sealing": {}, "signature": 0}).encode(),
    ),
}
AWAY = {
    "a proxy without a hub behind it": (web_page(PAGE, status="502 Bad Gateway"), "HTTP 502"),
    "a proxy that is busy": (answer("503 Busy", b"{}"), "HTTP 503"),
    "no HTTP": (b"SSH-2.0-\x1b[2J" + b"x" * 5_000 + b"\r\n", "SSH-2.0-"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A laptop that has joined, with one record unsent; its hub is away."""
    folder = tmp_path_factory.mktemp("strangers")
    hub = new_hub(folder / "hub", TEAM)
    with serving(hub) as url:
        laptop = joined(hub, url, folder / "laptop", TEAM)
    laptop.json("add", "roster.person", "name=示例·未送")
    return laptop


@pytest.fixture(scope="module")
def code(place: Place) -> str:
    return Place(place.folder.parent / "hub").json("hub", "enrol", TEAM)["code"]


def told_of(place: Place, url: str) -> dict:
    """What a sync with this address says, and that its work stays; nothing but sentences is said."""
    said = place("sync", "--hub", url)
    assert said.code == 3
    assert "Traceback" not in said.err + said.out
    assert len(said.err) < 1_000
    assert all(each.isprintable() for each in said.err.replace("\n", ""))
    assert place.json("status")["unsent"] == 1
    return place.json("sync", "--hub", url, code=3)


@pytest.mark.parametrize("kind", LOGIN_PAGES)
def test_a_login_page_is_named_with_its_title(place: Place, kind: str) -> None:
    with answering(LOGIN_PAGES[kind]) as url:
        told = told_of(place, url)
    assert told["error"] == "NotTheHub"
    assert f"多半是无线网的登录页“{TITLE}”" in told["message"]["zh"]
    assert "open a browser and log in" in told["message"]["en"]
    assert "your work is safe here" in told["message"]["en"]


@pytest.mark.parametrize("kind", UNTITLED_PAGES)
def test_a_login_page_without_a_title_is_named_too(place: Place, kind: str) -> None:
    with answering(UNTITLED_PAGES[kind]) as url:
        told = told_of(place, url)
    assert "a Wi-Fi's login page: open a browser" in told["message"]["en"]


@pytest.mark.parametrize("kind", SENDING_ON)
def test_it_is_told_where_another_address_is_sent_on_to(place: Place, kind: str) -> None:
    with answering(SENDING_ON[kind]) as url:
        told = told_of(place, url)
    assert told["error"] == "NotTheHub"
    assert "it sends on to http://10.0.0.1/login?to=hub" in told["message"]["en"]


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_hub_is_said_to_be_none(place: Place, kind: str) -> None:
    with answering(OTHERS[kind]) as url:
        told = told_of(place, url)
    assert told["error"] == "NotTheHub"
    assert "it does not prove who it is" in told["message"]["en"]


@pytest.mark.parametrize("kind", AWAY)
def test_a_proxy_without_a_hub_is_a_hub_out_of_reach(place: Place, kind: str) -> None:
    said, why = AWAY[kind]
    with answering(said) as url:
        told = told_of(place, url)
    assert told["error"] == "HubOutOfReach"
    assert why in told["message"]["en"]


def test_a_proxy_that_asks_for_a_log_in_is_named(place: Place) -> None:
    with answering(web_page(PAGE, status="407 Proxy Authentication Required")) as url:
        assert "HTTP 407" in told_of(place, url)["message"]["zh"]


def test_a_title_cannot_steer_a_terminal_and_is_cut(place: Place) -> None:
    title = "\x1b[31m示例\u202e\x07" + "甲" * 300 + "&#27;[2J&lt;b&gt;"
    with answering(web_page(f"<title>{title}</title>")) as url:
        told = told_of(place, url)["message"]["zh"]
    assert "登录页“[31m示例甲" in told
    assert "甲" * 120 not in told


def test_joining_is_told_the_same_and_spends_no_code(
    place: Place, code: str, tmp_path: Path
) -> None:
    newcomer = Place(tmp_path / "newcomer")
    for said in (*LOGIN_PAGES.values(), *SENDING_ON.values(), *OTHERS.values()):
        with answering(said) as url:
            assert newcomer.json("join", url, code, code=3)["error"] == "NotTheHub"
    with serving(Place(place.folder.parent / "hub")) as url:
        newcomer.json("join", url, code)


def test_the_desk_says_so_on_its_line_and_where_one_joins(place: Place, tmp_path: Path) -> None:
    replica = Replica.open(place.folder)
    desk = desk_of(replica)
    with answering(
        web_page(f"<title>{TITLE} <script></title>".replace("<script>", "&lt;b&gt;"))
    ) as url:
        with replica, pytest.raises(NotTheHub) as refused:
            sync(replica, post_to_hub(replica, url))
        desk.last = refused.value
        line = page(entered(desk), "/sync-line")
        newcomer = entered(desk_of(Replica.open(tmp_path / "newcomer")))
        asked = newcomer.post("/join", data={"url": url, "code": "23456" * 5, "name": "示例"})
    for shown in (line, asked.text):
        assert "log in to the network" in shown
        assert f"{TITLE} &lt;b&gt;" in shown
    assert "Your work is safe on this laptop" in line


def test_a_login_page_that_comes_between_two_requests_is_named_and_left_behind(
    tmp_path: Path,
) -> None:
    """The network asks for a log-in when its hour is over; afterwards the sync goes on by itself."""
    hub: Hub = new_sample_hub(tmp_path / "hub")
    place = Replica.open(tmp_path / "laptop")
    is_logged_in = True

    def hourly(ask, method, path, body, headers):
        answer = ask(method, path, body, headers)
        if not is_logged_in:
            answer._body, answer.status = PAGE.encode(), 200
        return answer

    with through(hub, hourly) as url, place:
        join(place, url, code_of(hub))
        post = post_to_hub(place)
        sync(place, post)
        is_logged_in = False
        for _ in range(2):
            with pytest.raises(NotTheHub, match="log in to the network"):
                sync(place, post)
        is_logged_in = True
        assert sync(place, post).requests == 1


# -- the hub's own redirects ---------------------------------------------------------------------


@pytest.mark.parametrize("status", sweep([308, 301, 302, 307]))
def test_a_redirect_to_the_same_machine_encrypted_is_followed_and_remembered(
    tmp_path: Path, status: int
) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    with hub_process(hub) as encrypted:
        moved = answer(f"{status} Go", Location=f"{encrypted}/v1/hub")
        with answering(moved) as plain:
            laptop = joined(hub, plain, tmp_path / "laptop", TEAM)
            assert laptop.json("status")["hub"] == encrypted
            laptop.json("add", "roster.person", "name=示例·甲001")
            assert laptop.json("sync", "--hub", plain)["sent"] == 1
        assert laptop.json("status")["hub"] == encrypted
        assert laptop.json("sync")["requests"] == 1


@pytest.mark.thorough
def test_a_hub_that_begins_to_send_on_while_the_desk_is_open_is_found_again(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    with serving(hub) as plain:
        laptop = joined(hub, plain, tmp_path / "laptop", TEAM)
        replica = Replica.open(laptop.folder)
        with replica:
            post = post_to_hub(replica)
            sync(replica, post)
    with hub_process(hub) as encrypted:
        moved = answer("308 Go", Location=f"{encrypted}/v1/hub")
        with answering(moved, urlsplit(plain).port or 0), replica:
            with pytest.raises(NotTheHub, match="it sends on to"):
                sync(replica, post)
            sync(replica, post)
    assert laptop.json("status")["hub"] == encrypted


def test_no_other_redirect_is_followed(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", TEAM)
        elsewhere = url.replace("127.0.0.1", "localhost")
        for location in (
            f"{url}/v1/hub",
            f"{elsewhere}/v1/hub",
            f"{url.replace('http:', 'https:')}/login",
            "https://127.0.0.1:0/v1/hub",
            "https://[::1/v1/hub",
            "//127.0.0.1/v1/hub",
            "",
        ):
            with answering(answer("302 Go", Location=location)) as plain:
                told = laptop.json("sync", "--hub", plain, code=3)
            assert f"it sends on to {location or '?'}:" in told["message"]["en"]
        assert laptop.json("status")["hub"] == url


def test_a_hub_on_this_machine_is_found_by_either_scheme(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    with hub_process(hub) as encrypted:
        laptop = joined(hub, encrypted.replace("https:", "http:"), tmp_path / "first", TEAM)
        assert laptop.json("status")["hub"] == encrypted
    with serving(hub) as plain:
        second = joined(hub, plain.removeprefix("http://"), tmp_path / "second", TEAM)
        assert second.json("status")["hub"] == plain
