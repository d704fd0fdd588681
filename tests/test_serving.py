"""Serving: an interrupt ends a server in order, wherever it meets it."""

from __future__ import annotations

import subprocess
import sys

INTERRUPTED_AT_A_LOCK = """
import signal, socket, time
from hongxian_web.serving import make_server, serve

signal.signal(signal.SIGTERM, signal.default_int_handler)
server = make_server(lambda environ, start: [], "127.0.0.1", 0)
put = server.process_conn

def interrupted_while_it_holds_the_lock_of_its_queue(connection):
    lock = server.requests._queue.mutex
    lock.acquire()
    signal.raise_signal(signal.SIGTERM)
    time.sleep(0.1)
    lock.release()
    put(connection)

server.process_conn = interrupted_while_it_holds_the_lock_of_its_queue
socket.create_connection(server.bind_addr).close()
try:
    serve(server)
except KeyboardInterrupt:
    server.stop()
    print("ended in order")
"""


def test_an_interrupt_leaves_no_lock_of_the_server_taken() -> None:
    """As Ctrl-C did now and then while a laptop was connecting: the hub never ended."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_A_LOCK], capture_output=True, timeout=60, check=False
    )
    assert done.stdout.split() == [b"ended", b"in", b"order"], done.stderr.decode()
