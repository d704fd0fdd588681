"""Serving: interrupts end a server in order, wherever they meet it and however many come."""

import subprocess
import sys

import pytest

BEGINNING = """
import signal, socket, time
from hongxian.commands import end_by_signals
from hongxian_web.serving import make_server, serve

end_by_signals()
server = make_server(lambda environ, start: [], "127.0.0.1", 0)
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


@pytest.mark.parametrize("interrupted", [AT_A_LOCK, WHILE_IT_STOPS])
def test_an_interrupt_leaves_no_server_that_never_ends(interrupted: str) -> None:
    """As Ctrl-C did now and then while a laptop was connecting, and twice pressed mostly."""
    script = BEGINNING + interrupted + END
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=60, check=False
    )
    assert done.stdout.split() == [b"ended", b"in", b"order"], done.stderr.decode()
