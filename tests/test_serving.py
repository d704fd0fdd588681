"""Serving: interrupts end a server in order, and who is silent or endless keeps nobody out."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from hongxian_web.serving import make_server
from listening import listening

BEGINNING = """
import signal, socket, time
from hongxian.terminal.commands import end_by_signals
from hongxian_web.serving import make_server, serve

end_by_signals()
server = make_server(lambda environ, start: [], "127.0.0.1", 0)
"""
WHILE_IT_BEGINS = """
import sys

put = server.process_conn

def interrupted(connection):
    signal.raise_signal(signal.SIGINT)
    put(connection)

def interrupt_a_wait_for_a_thread(frame, event, _):
    if frame.f_code.co_name == "_release_save" and event == "return":
        signal.raise_signal(signal.SIGINT)
    return interrupt_a_wait_for_a_thread

server.process_conn = interrupted
sys.settrace(interrupt_a_wait_for_a_thread)
"""
AT_A_LOCK = """
put = server.process_conn

def interrupted_while_it_holds_the_lock_of_its_queue(connection):
    lock = server.requests._queue.mutex
    lock.acquire()
    signal.raise_signal(signal.SIGTERM)
    time.sleep(0.1)
    lock.release()
    put(connection)

server.process_conn = interrupted_while_it_holds_the_lock_of_its_queue
"""
WHILE_IT_STOPS = """
put, stop = server.process_conn, server.requests.stop

def interrupted(connection):
    signal.raise_signal(signal.SIGINT)
    put(connection)

def stop_interrupted(*arguments):
    signal.raise_signal(signal.SIGINT)
    stop(*arguments)

server.process_conn, server.requests.stop = interrupted, stop_interrupted
"""
END = """
socket.create_connection(server.bind_addr).close()
try:
    serve(server)
except KeyboardInterrupt:
    server.stop()
    print("ended in order")
"""


@pytest.mark.parametrize("interrupted", [WHILE_IT_BEGINS, AT_A_LOCK, WHILE_IT_STOPS])
def test_an_interrupt_leaves_no_server_that_never_ends(interrupted: str) -> None:
    """As Ctrl-C did now and then while a laptop was connecting, and twice pressed mostly."""
    script = BEGINNING + interrupted + END
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=60, check=False
    )
    assert done.stdout.split() == [b"ended", b"in", b"order"], done.stderr.decode()


def answer(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "4")])
    return [b"here"]


@pytest.fixture
def address() -> Iterator[str]:
    """A server of two threads."""
    with listening(make_server(answer, "127.0.0.1", 0, threads=2)) as address:
        yield address


def asked(address: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", address, headers=headers, timeout=10, retries=False)


def test_connections_that_say_nothing_keep_nobody_out(address: str) -> None:
    port = int(address.rpartition(":")[2])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(6)]
    assert asked(address).data == b"here"
    late = silent.pop()
    late.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    assert late.recv(12) == b"HTTP/1.1 200"
    for each in (*silent, late):
        each.close()


def test_a_header_without_end_is_refused(address: str) -> None:
    assert asked(address, much="x" * 70_000).status == 413
