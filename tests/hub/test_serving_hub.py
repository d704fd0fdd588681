"""A real hub's process goes on answering, and holds little, whatever comes at it."""

import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
import zstandard

from command_line import Place, hub_by_itself, joined, new_hub
from hongxian.wire.page import FRAME, MAGIC, encode, stream
from hongxian_client.replica.replica import Replica
from hongxian_client.transport.link import introduced, link_to_hub
from hongxian_web.serving.limits import connections_that_fit

MB = 2**20
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
LEAST_FILES = 4_000
"""Connections that this process holds at once, with some files besides."""


@dataclass
class Served:
    """A hub in a process of its own, and a laptop of it."""

    url: str
    pid: int
    laptop: Place

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def line(self, said: bytes = b"") -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        line.sendall(said)
        return line

    def is_well(self) -> bool:
        return (
            urllib3.request("GET", f"{self.url}/healthz", timeout=30, retries=False).status == 200
        )

    def peak(self) -> int:
        """The most bytes that it has held in memory."""
        [line] = [
            line
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines()
            if line.startswith("VmHWM:")
        ]
        return int(line.split()[1]) * 1024

    def post(self, body: bytes, path: str = "/v1/round") -> urllib3.BaseHTTPResponse:
        """A stream, as the laptop's own."""
        with Replica.open(self.laptop.folder) as replica:
            link = link_to_hub(replica)
            link.begin(introduced(link.url))
            headers = link.proof("POST", path, body)
        return urllib3.request("POST", self.url + path, body=body, headers=headers, timeout=60)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serving")
    hub = new_hub(folder / "hub", "红马甲管家团")
    with hub_by_itself(hub, "--proxy", "127.0.0.1") as (url, pid):
        laptop = joined(hub, url, folder / "laptop", "红马甲管家团")
        laptop.json("sync")
        yield Served(url, pid, laptop)


@pytest.mark.parametrize("count", [8, 800])
def test_a_laptop_syncs_beside_those_who_drip(served: Served, count: int) -> None:
    drips = [served.line(HEAD + b"X-A: ") for _ in range(count)]
    for each in drips:
        each.sendall(b"a")
    assert served.is_well()
    served.laptop.json("add", "roster.person", "name=示例·甲001")
    assert served.laptop.json("sync")["sent"] == 1
    for each in drips:
        each.close()


def test_three_thousand_idle_connections_leave_the_hub_in_reach(served: Served) -> None:
    assert connections_that_fit(LEAST_FILES) == LEAST_FILES, "ulimit -n is too low here"
    idle = [served.line() for _ in range(3_000)]
    before = served.peak()
    for each in idle:
        each.sendall(HEAD + b"\r\n")
    assert all(each.recv(12) == b"HTTP/1.1 200" for each in idle)
    assert served.is_well()
    assert served.laptop.json("sync")["sent"] == 0
    assert served.peak() - before < 100 * MB
    for each in idle:
        each.close()


def test_two_hundred_who_ask_at_once_are_all_answered(served: Served) -> None:
    begin = threading.Barrier(200)

    def asks(_: int) -> int:
        with served.line() as line:
            begin.wait(30)
            line.sendall(HEAD.replace(b"/healthz", b"/v1/openapi.json") + b"\r\n")
            return int(line.recv(12)[9:])

    with ThreadPoolExecutor(200) as threads:
        assert set(threads.map(asks, range(200))) == {200}


def test_strangers_large_bodies_take_no_memory(served: Served) -> None:
    """64 MiB from each of eight, for an enrolment that they have no code for."""
    assert served.is_well()
    before = served.peak()

    def sends(_: int) -> int:
        url = f"{served.url}/v1/enrol"
        return urllib3.request("POST", url, body=bytes(64 * MB), timeout=60).status

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(sends, range(8))) == {413}
    assert served.is_well()
    assert served.peak() - before < 32 * MB


def frame(text: bytes) -> bytes:
    packed = zstandard.ZstdCompressor(level=19).compress(text)
    return struct.pack(">I", len(packed)) + packed


def opens_large(text: bytes, frames: int) -> bytes:
    message = {"scope": "x", "collection": "x"}
    return b"".join(stream(message, [frame(text)] * frames))


def many(value: bytes, size: int) -> bytes:
    """JSON of so many bytes that is one list of equal values."""
    return b"[" + (value + b",") * (size // (len(value) + 1) - 1) + value + b"]"


@pytest.mark.parametrize("value", [b"[]", b"{}", b"1", b'"' + b"a" * 1_000 + b'"'])
def test_little_that_opens_large_is_refused_before_it_is_decoded(
    served: Served, value: bytes
) -> None:
    """22 kB that held 236 MB of lists took 1.5 GB and half a minute."""
    body = opens_large(many(value, FRAME.bytes), 5)
    assert len(body) < 200_000
    assert served.is_well()
    before = served.peak()
    answer = served.post(body, "/v1/repair")
    assert (answer.status, answer.json()["error"]) == (400, "PageRefused")
    assert served.peak() - before < 32 * MB


@pytest.mark.thorough
def test_a_message_of_repeated_lists_is_refused_before_it_is_decoded(served: Served) -> None:
    before = served.peak()
    answer = served.post(MAGIC + frame(b'{"former":' + many(b"[]", 4 * MB) + b"}") + bytes(4))
    assert (answer.status, answer.json()["error"]) == (400, "PageRefused")
    assert served.peak() - before < 32 * MB


@pytest.mark.thorough
def test_requests_that_open_as_large_as_they_may_wait_for_each_other(served: Served) -> None:
    """Eight at once, each of a million lists: more than memory has room for together."""
    rows, columns = 1_200, 400
    page = {
        "collection": "x",
        "kind": "new",
        "rows": rows,
        "columns": ["id", *map(str, range(1, columns))],
    }
    page["values"] = [[[]] * rows] * columns
    body = b"".join(stream({"scope": "x", "collection": "x"}, [encode(page)] * 2))
    before = served.peak()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(served.post, [body] * 8, ["/v1/repair"] * 8))
    assert {answer.json()["error"] for answer in answers} == {"NotAllowed"}
    assert served.is_well()
    assert served.peak() - before < 200 * MB
