"""Serving: who is slow, silent, endless or many holds nobody up; real sockets, a tiny app."""

import asyncio
import select
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import urllib3
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import wrap_file

from certificates import own_certificate
from hongxian_web.serving import (
    LIMITS,
    Following,
    Limits,
    Server,
    behind_proxies,
    follow_with,
    tls_context,
)
from hongxian_web.serving.following import Place
from hongxian_web.serving.guests import Guests

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: here\r\n"
KNOWN = b"Authorization: known\r\n"
LARGE = 8 * 2**20
DEADLINE = 10  # seconds


@Request.application
def app(request: Request) -> Response:
    """Tells how many bytes came, and from where; `/large` is a large answer."""
    if request.path == "/large":
        return Response(b"x" * LARGE)
    if request.path == "/whole":
        return Response(request.get_data())
    if request.path == "/unchanged":
        return Response(status=304)
    return Response(f"{len(request.get_data())} {request.remote_addr}")


def is_known(environ: Any) -> bool:
    return bool(environ.get("HTTP_AUTHORIZATION") == "known")


Begin = Callable[..., Server]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Call it for a server; limits by their names."""
    with ExitStack() as stack:

        def begun(app: Any = app, limits: Limits = LIMITS, **more: Any) -> Server:
            given = {"threads": 2, "welcomes": is_known, **more}
            server = Server(app, "127.0.0.1", 0, limits=limits, **given)
            server.start()
            stack.callback(server.stop)
            return server

        yield begun


_lines: list[socket.socket] = []


@pytest.fixture(autouse=True)
def no_line_is_left_open() -> Iterator[None]:
    yield
    while _lines:
        _lines.pop().close()


def line_to(server: Server, said: bytes = b"") -> socket.socket:
    """A connection that is closed with the test, at the latest."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    _lines.append(line)
    line.sendall(said)
    return line


def heard(line: socket.socket) -> bytes:
    """All that comes until the other side ends it."""
    with line:
        parts = []
        try:
            while part := line.recv(65_536):
                parts.append(part)
        except ConnectionResetError:
            pass
        return b"".join(parts)


def status(said: bytes) -> int:
    assert said.startswith(b"HTTP/1.1 "), said
    return int(said[9:12])


def asked(server: Server, path: str = "/", body: bytes | None = None, **headers: str) -> Any:
    url = f"http://127.0.0.1:{server.port}{path}"
    return urllib3.request(
        "POST" if body else "GET", url, body=body, headers=headers, timeout=20, retries=False
    )


# -- slow, silent and many ---------------------------------------------------------------------


def test_connections_that_say_nothing_keep_nobody_out(begin: Begin) -> None:
    server = begin()
    silent = [line_to(server) for _ in range(6)]
    assert asked(server).status == 200
    late = silent.pop()
    late.sendall(GET)
    assert status(late.recv(12)) == 200


@pytest.mark.parametrize("begun", [b"G", GET[:-2] + b"X-A: ", POST + b"Content-Length: 9\r\n\r\n1"])
@pytest.mark.parametrize("count", [8, 800])
def test_those_who_drip_keep_nobody_out(begin: Begin, begun: bytes, count: int) -> None:
    server = begin()
    drips = [line_to(server, begun) for _ in range(count)]
    for each in drips:
        each.sendall(b"a")
    assert asked(server).status == 200


@pytest.mark.parametrize(
    ("said", "told"),
    [(b"", None), (GET[:-2], 408), (POST + KNOWN + b"Content-Length: 9\r\n\r\n1", 408)],
)
def test_who_does_not_go_on_is_left_and_told_so(
    begin: Begin, said: bytes, told: int | None
) -> None:
    server = begin(limits=replace(LIMITS, idle=0.3, whole_head=0.3, pace_time=0.3))
    answer = heard(line_to(server, said))
    assert (status(answer) if told else answer) == (told or b"")


def test_a_body_that_drips_is_not_waited_for_and_one_that_flows_is(begin: Begin) -> None:
    """By bytes within a time: the line of a village is slow, and gets through."""
    server = begin(limits=replace(LIMITS, pace=1_000, pace_time=1))
    head = POST + KNOWN + b"Content-Length: 6000\r\nConnection: close\r\n\r\n"
    drips, flows = line_to(server, head), line_to(server, head)
    for _ in range(6):
        flows.sendall(b"a" * 1_000)
        drips.sendall(b"a")
        threading.Event().wait(0.3)
    assert status(heard(flows)) == 200
    for _ in range(200):  # it never stands still
        drips.sendall(b"a")
        if select.select([drips], [], [], 0.1)[0]:
            break
    else:
        raise AssertionError("it drips, and is waited for")
    assert status(drips.recv(100)) == 408


def test_one_connection_too_many_takes_the_place_of_who_waited_longest(begin: Begin) -> None:
    server = begin(limits=replace(LIMITS, connections=3))
    first, second, third = (line_to(server) for _ in range(3))
    for each in (first, second, third):  # so that each has been let in
        each.sendall(b"G")
    assert asked(server).status == 200
    assert heard(first) == b""
    second.sendall(GET[1:])
    assert status(second.recv(12)) == 200


def test_an_address_has_so_many_connections_and_this_machine_any_number() -> None:
    async def told() -> list[Any]:
        guests = Guests(most=10, from_one_address=2)

        def enters(address: str) -> Any:
            if not guests.make_room(address):
                return None
            guest = asyncio.create_task(asyncio.sleep(60))
            guest.add_done_callback(guests.leave)
            guests.enter(guest, address)
            guests.wait(guest)
            return guest

        far = [enters("10.0.0.9") for _ in range(3)]
        here = [enters("127.0.0.1") for _ in range(3)]
        guests.work(far[1])
        guests.work(far[2])
        refused = enters("10.0.0.9")
        await asyncio.sleep(0)
        found = [far[0].cancelled(), far[1].cancelled(), refused, any(e.cancelled() for e in here)]
        for each in guests.all():
            each.cancel()
        return found

    with ThreadPoolExecutor(1) as apart:  # Playwright's loop runs in this thread, once it was used
        assert apart.submit(asyncio.run, told()).result() == [True, False, None, False]


def test_whoever_reads_slowly_holds_no_thread_and_is_left(begin: Begin) -> None:
    server = begin(threads=1, limits=replace(LIMITS, pace_time=1))
    slow = [line_to(server, GET.replace(b"/ ", b"/large ")) for _ in range(3)]
    assert asked(server).status == 200
    threading.Event().wait(3)
    for each in slow:
        assert len(heard(each)) < LARGE


def test_what_lies_aside_is_answered_while_every_thread_is_busy(begin: Begin) -> None:
    done = threading.Event()

    def busy(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/aside":
            done.wait(90)
        return app(environ, start_response)

    server = begin(busy, threads=1, aside=("/aside",))
    held = line_to(server, GET)
    assert asked(server, "/aside").status == 200
    done.set()
    assert status(held.recv(12)) == 200


# -- large -------------------------------------------------------------------------------------


def test_a_strangers_large_body_is_not_read_and_a_known_ones_arrives_whole(begin: Begin) -> None:
    server, body = begin(), bytes(range(256)) * 4_000
    assert asked(server, body=body[:4_096]).status == 200
    assert asked(server, body=body).status == 413
    answer = asked(server, "/whole", body, Authorization="known")
    assert (answer.status, answer.data) == (200, body)


def test_a_stranger_who_asks_first_is_not_told_to_go_on(begin: Begin) -> None:
    head = POST + b"Expect: 100-continue\r\nContent-Length: 9999\r\n"
    stranger = line_to(begin(), head + b"\r\n")
    known = line_to(begin(), head + KNOWN + b"\r\n")
    assert status(stranger.recv(100)) == 413
    assert status(known.recv(100)) == 100
    known.sendall(b"a" * 9_999)
    assert status(known.recv(100)) == 200


def test_all_bodies_together_are_bounded(begin: Begin) -> None:
    server = begin(limits=replace(LIMITS, held=150_000))
    head = POST + KNOWN + b"Content-Length: 100000\r\nConnection: close\r\n\r\n"
    first = line_to(server, head + b"a" * 99_999)
    threading.Event().wait(0.5)
    second = line_to(server, head + b"a" * 99_999)
    assert status(second.recv(100)) == 503
    first.sendall(b"a")
    assert status(heard(first)) == 200
    assert asked(server, body=b"a" * 100_000, Authorization="known").status == 200


def test_a_header_without_end_is_refused(begin: Begin) -> None:
    assert asked(begin(), much="x" * 70_000).status == 431


def test_a_body_in_chunks_is_read_from_who_is_known_up_to_a_bound(begin: Begin) -> None:
    server = begin(limits=replace(LIMITS, body=100))
    chunked = POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n"
    chunk = b"32\r\n" + b"a" * 50 + b"\r\n"
    assert status(heard(line_to(server, chunked + b"\r\n" + chunk + b"0\r\n\r\n"))) == 413
    known = heard(line_to(server, chunked + KNOWN + b"\r\n" + chunk + b"0\r\n\r\n"))
    assert (status(known), known[-12:]) == (200, b"50 127.0.0.1")
    assert status(line_to(server, chunked + KNOWN + b"\r\n" + chunk * 3).recv(100)) == 413


# -- requests that are none, and several on one line -------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\naaaaa",
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length : 1\r\n\r\na",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://here/ HTTP/1.1\r\nHost: here\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_two_readers_might_read_in_two_ways_is_refused(begin: Begin, said: bytes) -> None:
    follows = b"GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n"
    answer = line_to(begin(), said + follows)
    answer.shutdown(socket.SHUT_WR)
    told = heard(answer)
    assert status(told) in (400, 501)
    assert told.count(b"HTTP/1.1") == 1


def test_a_header_with_an_underscore_stands_for_no_other(begin: Begin) -> None:
    server = begin(behind_proxies(app, ["127.0.0.1"]))
    said = b"X_Forwarded_For: 6.6.6.6\r\nConnection: close\r\n\r\n"
    assert heard(line_to(server, POST + said)).endswith(b"0 127.0.0.1")


def test_a_body_that_ends_before_its_length_reaches_no_app(begin: Begin) -> None:
    called: list[object] = []

    def noted(environ: Any, start_response: Any) -> Any:
        called.append(environ)
        return app(environ, start_response)

    line = line_to(begin(noted), POST + b"Content-Length: 10\r\n\r\nabc")
    line.shutdown(socket.SHUT_WR)
    assert status(heard(line)) == 400
    assert not called


def test_requests_that_come_together_are_answered_in_their_order(begin: Begin) -> None:
    post = POST + b"Content-Length: 3\r\n\r\nabc"
    last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    told = heard(line_to(begin(), post + GET + last))
    assert told.count(b"HTTP/1.1 200") == 3
    assert told.index(b"3 127") < told.index(b"0 127") < told.rindex(b"0 127")


def test_answers_without_a_body_leave_the_line_in_order(begin: Begin) -> None:
    head = GET.replace(b"GET", b"HEAD")
    unchanged = GET.replace(b"/ ", b"/unchanged ")
    last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    told = heard(line_to(begin(), head + unchanged + last)).split(b"HTTP/1.1 ")
    assert [each[:3] for each in told[1:]] == [b"200", b"304", b"200"]
    assert b"content-length" not in told[2].lower()
    assert told[3].endswith(b"0 127.0.0.1")


def test_an_apps_own_file_is_sent_whole_and_closed(begin: Begin, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(LARGE))
    opened: list[Any] = []

    @Request.application
    def files(request: Request) -> Response:
        opened.append((tmp_path / "file").open("rb"))
        wrapped = wrap_file(request.environ, opened[-1])
        return Response(wrapped, headers={"Content-Length": str(LARGE)}, direct_passthrough=True)

    server = begin(files)
    assert asked(server).data == bytes(LARGE)
    server.stop()
    assert [file.closed for file in opened] == [True]


@pytest.mark.parametrize("error", [TimeoutError, ConnectionResetError, KeyError])
def test_an_app_that_breaks_is_told_of_as_such(begin: Begin, error: type[Exception]) -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        raise error

    assert asked(begin(broken)).status == 500


# -- proxies and TLS ---------------------------------------------------------------------------


def test_only_a_proxy_is_believed_for_whom_it_asks(begin: Begin) -> None:
    told = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7"}
    assert asked(begin(), **told).data == b"0 127.0.0.1"
    assert asked(begin(behind_proxies(app, ["10.0.0.1"])), **told).data == b"0 127.0.0.1"
    assert asked(begin(behind_proxies(app, ["127.0.0.1"])), **told).data == b"0 10.0.0.7"


@contextmanager
def encrypted(begin: Begin, folder: Path, **more: Any) -> Iterator[tuple[Server, ssl.SSLContext]]:
    certificate, key = own_certificate(folder)
    server = begin(tls=tls_context(certificate, key), **more)
    yield server, ssl.create_default_context(cafile=str(certificate))


def test_under_tls_everything_is_as_without(begin: Begin, tmp_path: Path) -> None:
    body = bytes(range(256)) * 8_000
    with encrypted(begin, tmp_path) as (server, trusting):
        url = f"https://127.0.0.1:{server.port}"
        with urllib3.PoolManager(ssl_context=trusting, retries=False) as pool:
            assert pool.request("GET", url).data == b"0 127.0.0.1"
            headers = {"Authorization": "known"}
            assert pool.request("POST", f"{url}/whole", body=body, headers=headers).data == body
            assert len(pool.request("GET", f"{url}/large").data) == LARGE


def test_who_never_begins_to_encrypt_is_left_and_keeps_nobody_out(
    begin: Begin, tmp_path: Path
) -> None:
    limits = replace(LIMITS, handshake=1)
    with encrypted(begin, tmp_path, limits=limits) as (server, trusting):
        silent, plain = line_to(server), line_to(server, GET)
        line = trusting.wrap_socket(line_to(server), server_hostname="127.0.0.1")
        line.sendall(GET)
        assert status(line.recv(12)) == 200
        line.close()
        assert heard(silent) == b""
        assert not heard(plain).startswith(b"HTTP")


# -- the end -----------------------------------------------------------------------------------

SCRIPT = """
import signal, threading, time, urllib.request
from hongxian.terminal.commands import end_by_signals
from hongxian_web.serving import Server

def app(environ, start_response):
    for name in NAMES:
        signal.raise_signal(name)
        time.sleep(0.1)
    start_response("200 OK", [])
    return [b"here"]

end_by_signals()
server = Server(app, "127.0.0.1", 0)
ask = lambda: print(urllib.request.urlopen(f"http://127.0.0.1:{server.port}").read().decode())
asking = threading.Thread(target=ask)
try:
    server.start()
    asking.start()
    server.wait()
except KeyboardInterrupt:
    server.stop()
    asking.join()
    print("ended in order")
"""


INTERRUPTED = """
import signal, sys
from hongxian_web.serving import Server, server, waking

FILES = (server.__file__, waking.__file__)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it

def interrupted_at(line):
    def trace(frame, event, _):
        nonlocal line
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            line -= 1
            if line == 0:
                signal.raise_signal(signal.SIGINT)
        return trace
    return trace

for line in range(1, 14):
    server = Server(lambda environ, start_response: [], "127.0.0.1", 0)
    try:
        sys.settrace(interrupted_at(line))
        server.start()
        server.wait()
    except KeyboardInterrupt:
        sys.settrace(None)
        server.stop()
        print(line)
"""


def test_an_interrupt_at_any_moment_leaves_no_server_that_never_ends() -> None:
    words = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    assert [int(each) for each in done.stdout.split()] == [*range(1, 14)], done.stderr.decode()


@pytest.mark.parametrize("names", ["[signal.SIGTERM]", "[signal.SIGINT, signal.SIGINT]"])
def test_an_interrupt_lets_what_is_under_way_be_answered_and_ends_the_server(names: str) -> None:
    """Also Ctrl-C pressed twice, as mostly."""
    words = [sys.executable, "-c", SCRIPT.replace("NAMES", names)]
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    assert done.stdout.split() == [b"here", b"ended", b"in", b"order"], done.stderr.decode()


def test_whoever_is_only_connected_does_not_delay_the_end(begin: Begin) -> None:
    server = begin(limits=replace(LIMITS, idle=3_600, ending=90))
    silent, kept = line_to(server), line_to(server, GET)
    assert status(kept.recv(12)) == 200
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    stopping.join(60)
    assert not stopping.is_alive()
    assert heard(silent) == b""


def test_a_server_that_never_began_can_be_stopped() -> None:
    server = Server(app, "127.0.0.1", 0)
    server.stop()
    with pytest.raises(OSError, match="refused"):
        line_to(server)


# -- answers that go on ----------------------------------------------------------------------------


def test_words_follow_on_an_answer_until_its_reader_goes(begin: Begin) -> None:
    ended, following = threading.Event(), Following(lambda rung: b"rung\r\n" * rung, beat=60)
    following.stack.callback(ended.set)
    server = begin(answers_on(following))
    with socket.create_connection(("127.0.0.1", server.port)) as reader:
        reader.sendall(GET)
        lines = reader.makefile("rb")
        assert b"begun\r\n" in iter(lines.readline, b"")
        following.ring()
        assert b"rung\r\n" in iter(lines.readline, b"")
        lines.close()
    assert ended.wait(DEADLINE)


@pytest.mark.parametrize("fails", [RuntimeError, OSError])
def test_nothing_follows_on_an_answer_that_there_is_not(
    begin: Begin, fails: type[Exception]
) -> None:
    ended, following = threading.Event(), Following(lambda rung: b"", beat=60)
    following.stack.callback(ended.set)
    server = begin(answers_on(following, fails))
    assert urllib3.request("GET", f"http://127.0.0.1:{server.port}/", retries=False).status == 500
    assert ended.wait(DEADLINE)


def test_nothing_follows_where_nobody_waits_for_the_answer_any_more_or_nothing_may_follow() -> None:
    given_up: dict[str, Any] = {}
    Place(given_up).close()
    for environ in (given_up, {}):
        ended, following = threading.Event(), Following(lambda rung: b"", beat=60)
        following.stack.callback(ended.set)
        follow_with(environ, following)
        assert ended.is_set()


def answers_on(following: Following, fails: type[Exception] | None = None) -> Any:
    """An app whose answer goes on, or that fails behind that."""

    def answer(environ: Any, start_response: Any) -> Any:
        follow_with(environ, following)
        if fails is not None:
            raise fails
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return [b"begun\r\n"]

    return answer
