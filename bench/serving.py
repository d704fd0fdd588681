"""`python -m bench.serving`: servers that could carry the hub, each asked the same, as one table.

Nothing is asserted on times. Servers that are not the product's come from the Python index into
the bench's cache; `--only NAME` asks some of them.
"""

from __future__ import annotations

import argparse
import http.client
import os
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.__main__ import cache_folder
from bench.ours import Laptop
from bench.peer import FromPip
from bench.process import Failed, Process
from bench.rows import rows, write_lines
from bench.servers import MAKE
from hongxian_client.transport.link import introduced, link_to_hub

PACKAGES = (
    "cheroot==11.1.2",
    "waitress==3.0.2",
    "uvicorn==0.54.0",
    "httptools==0.9.0",
    "a2wsgi==1.10.10",
    "hypercorn==0.18.0",
    "granian==2.8.9",
)
ROUNDS, PUSHES, HUNDRED = 500, 10, 100
"""Rounds without news, and pushes of a hundred records, whose processor time is told."""
ASKED = 40
"""Questions whose time is looked at while others drip."""
PATIENCE = 5
"""Seconds after which there is no answer."""
FILES = 20_000
"""Connections and files that this process may have open."""
OURS = "ours"
IDLE = 3_000
BIG, SENDERS = 64 * 2**20, 8
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One server's process, and what the system tells of it and of those that it started."""

    def __init__(self, process: Process, told: dict[str, Any], tls: Path | None) -> None:
        self.told, self.port, self._pid = told, int(told["port"]), process.pid
        self._context = ssl.create_default_context(cafile=str(tls)) if tls else None

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        return [self._pid, *map(int, children)]

    def cpu_ms(self) -> float:
        """Processor time so far."""
        used = 0
        for pid in self._pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used * 1000 / TICKS

    def memory_mb(self, name: str = "VmRSS") -> float:
        """Memory now, or with VmHWM the most so far."""
        texts = [Path(f"/proc/{pid}/status").read_text() for pid in self._pids()]
        return sum(int(text.split(f"{name}:")[1].split()[0]) for text in texts) / 1024

    def connect(self) -> socket.socket:
        """A connection, encrypted where the server is."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        if self._context is None:
            return plain
        return self._context.wrap_socket(plain, server_hostname="127.0.0.1")

    def link(self) -> http.client.HTTPConnection:
        """The same, for questions."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        link.sock = self.connect()
        return link


@contextmanager
def served(name: str, packages: Path | None, tls: tuple[Path, Path] | None) -> Iterator[Server]:
    """A server with a hub of its own; raises `Failed`."""
    with tempfile.TemporaryDirectory(prefix="hongxian-serving-") as work:
        command = [sys.executable, "-m", "bench.servers", name, f"{work}/hub", *(tls or ())]
        with Process(command, Path(work) / "log", PYTHONPATH=_path(packages)) as process:
            told = process.hear()
            process.wait_until_it_listens(told["url"].replace("https", "http"))
            time.sleep(0.5)
            yield Server(process, told, tls[0] if tls else None)


def _path(packages: Path | None) -> str:
    """Where Python looks besides its own places."""
    return os.pathsep.join([str(each) for each in (packages, os.environ.get("PYTHONPATH")) if each])


# -- what is asked ---------------------------------------------------------------------------


class Recorded(Laptop):
    """A laptop that keeps the last body that it sent."""

    last = b""

    def post(self, path: str, body: bytes) -> Any:
        self.last = body
        return super().post(path, body)


def cost(server: Server, work: Path) -> str:
    """Processor milliseconds of a round without news, and of a push of a hundred records."""
    laptop = Recorded(work / "laptop", 0, server.told)
    laptop.sync()
    source = write_lines(work / "rows", rows(PUSHES * HUNDRED + 1))
    lines = source.read_text("utf-8").splitlines(keepends=True)
    began = server.cpu_ms()
    for place in range(PUSHES):
        source.write_text("".join(lines[place * HUNDRED : (place + 1) * HUNDRED]), "utf-8")
        laptop.write(str(source))
        laptop.sync()
    pushed = (server.cpu_ms() - began) / PUSHES
    laptop.sync()
    ask = rounds(server, laptop.last, laptop.replica)
    for _ in range(50):
        ask()
    began = server.cpu_ms()
    for _ in range(ROUNDS):
        ask()
    return f"{(server.cpu_ms() - began) / ROUNDS:.2f} / {pushed:.0f}"


def rounds(server: Server, body: bytes, replica: Any) -> Callable[[], None]:
    """What sends one round without news over a kept connection."""
    with replica:
        signing = link_to_hub(replica)
    signing.begin(introduced(signing.url))
    link, kind = server.link(), {"Content-Type": "application/x-hongxian"}

    def ask() -> None:
        headers = kind | signing.proof("POST", "/v1/round", body)
        link.request("POST", "/v1/round", body, headers)
        answer = link.getresponse()
        answer.read()
        assert answer.status == 200, answer.status

    return ask


def health(server: Server) -> float | None:
    """Milliseconds until /healthz is answered, over a connection of its own; None for never."""
    began = time.perf_counter()
    try:
        link = server.link()
        link.request("GET", "/healthz")
        status = link.getresponse().status
        link.close()
    except (OSError, http.client.HTTPException):
        return None
    return (time.perf_counter() - began) * 1000 if status == 200 else None


def beside(server: Server, count: int) -> str:
    """The middle and the longest time of /healthz while so many connections drip."""
    drips = [server.connect() for _ in range(count)]
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.5):
            for each in drips:
                with suppress(OSError):
                    each.sendall(b"a")

    for each in drips:
        each.sendall(HEAD + b"X-A: ")
    dripping = threading.Thread(target=drip)
    dripping.start()
    time.sleep(1)
    try:
        times: list[float] = []
        for place in range(ASKED):
            found = health(server)
            if found is None:
                return f"none within {PATIENCE} s" if not place else f"none after {place}"
            times.append(found)
    finally:
        stop.set()
        dripping.join()
        for each in drips:
            each.close()
    return f"{statistics.median(times):.1f} / {max(times):.0f}"


def idle(server: Server, _: Path) -> str:
    """What idle connections that have asked once hold, each (KiB), and whether one more is answered."""
    before, held, lost = server.memory_mb(), [], 0
    try:
        for _ in range(IDLE):
            line = server.connect()
            held.append(line)
            line.sendall(HEAD + b"\r\n")
            line.recv(4096)
        time.sleep(0.5)
        after = server.memory_mb()
        for each in held:
            each.setblocking(False)
            with suppress(BlockingIOError, ssl.SSLWantReadError):
                lost += each.recv(1) == b""
        answered = health(server)
    except (OSError, Failed) as error:
        return f"{len(held)} are let in; {type(error).__name__}"
    finally:
        for each in held:
            each.close()
    kept = len(held) - lost
    each = (after - before) * 1024 / max(kept, 1)
    here = "in reach" if answered is not None else "out of reach"
    return f"{each:.0f}, {after:.0f} MiB in all, {kept} kept, {here}"


def strangers(server: Server, _: Path) -> str:
    """The most memory, and the statuses, when eight strangers send 64 MiB each to /v1/enrol."""
    before = server.memory_mb("VmHWM")
    statuses: list[int | str] = []

    def send() -> None:
        try:
            link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            link.request("POST", "/v1/enrol", b"x" * BIG, {"Content-Type": "application/json"})
            statuses.append(link.getresponse().status)
        except OSError as error:
            statuses.append(type(error).__name__)

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for each in threads:
        each.start()
    beside = health(server)
    for each in threads:
        each.join()
    more, answers = server.memory_mb("VmHWM") - before, " ".join(sorted({str(e) for e in statuses}))
    here = "in reach" if beside is not None else "out of reach"
    return f"{more:.0f}, {answers}, {here}"


# -- the table -------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the loopback, signed by its own key (P-256)."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench"
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(made)]
    subprocess.run(["openssl", *words.split(), *extra], check=True, capture_output=True)
    return made, key


PARTS: dict[str, tuple[Callable[[Server, Path], Any], bool]] = {
    "no-op / 100 records, CPU ms": (cost, False),
    "the same over TLS": (cost, True),
    "beside 8 that drip, ms": (lambda server, _: beside(server, 8), False),
    "beside 800": (lambda server, _: beside(server, 800), False),
    "3,000 idle, KiB each": (idle, False),
    "the same encrypted": (idle, True),
    "8 × 64 MiB of strangers, more MiB": (strangers, False),
}
"""What is asked of each, by the table's column; and whether over TLS."""


def measured(
    name: str, packages: Path | None, tls: tuple[Path, Path], parts: list[str]
) -> list[str]:
    """One server's line of the table; what it cannot do says why."""
    found = []
    for part in parts:
        ask, is_encrypted = PARTS[part]
        try:
            with (
                tempfile.TemporaryDirectory() as work,
                served(name, packages, tls if is_encrypted else None) as server,
            ):
                found.append(ask(server, Path(work)))
        except (Failed, OSError, AssertionError) as error:
            found.append(f"{type(error).__name__}: {error}"[:60])
        print(f"{name}: {part}: {found[-1]}", file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Ask each, and print the table, as Markdown."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=list(MAKE), nargs="+", default=list(MAKE))
    options.add_argument("--part", choices=list(PARTS), nargs="+", default=list(PARTS))
    options.add_argument("--cache", type=Path, default=cache_folder())
    chosen = options.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FILES), hard))
    packages = installed(chosen.cache) if chosen.only != [OURS] else None
    with tempfile.TemporaryDirectory() as work:
        pair = certificate(Path(work))
        os.environ["SSL_CERT_FILE"] = str(pair[0])
        lines = [[name, *measured(name, packages, pair, chosen.part)] for name in chosen.only]
    for line in (["server", *chosen.part], ["---"] * (len(chosen.part) + 1), *lines):
        print(f"| {' | '.join(line)} |")


def installed(cache: Path) -> Path:
    """Where the other servers' packages are."""
    FromPip("serving", "", "", PACKAGES).install(cache)
    [found] = (cache / "serving").glob("lib/python*/site-packages")
    return found


if __name__ == "__main__":
    main()
