"""The hub as a service of systemd: the unit that is delivered, and what the manager is told meanwhile."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import require

from command_line import DEADLINE, hub_process, new_hub
from hongxian_server.ops.service_manager import ServiceManager
from hongxian_web.serving import Server
from on_channel import soon
from places import DOCS, TOP
from system_packages import SYSTEMD

UNIT = TOP / "packaging" / "hongxian.service"
MOST_EXPOSED = 2.0
"""Of 10, as `systemd-analyze security` counts; what speaks to a network has 1.5 in any case."""


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where a service manager listens, under a name that lies in no folder."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # the system draws a name
        listening.settimeout(DEADLINE)
        address = listening.getsockname().decode().replace("\0", "@")
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        yield listening


def test_the_manager_hears_that_the_hub_answers_and_then_that_it_lives(
    tmp_path: Path, manager: socket.socket
) -> None:
    with hub_process(new_hub(tmp_path / "hub")):
        assert manager.recv(100) == b"READY=1\nWATCHDOG=1"
        assert {manager.recv(100) for _ in range(3)} == {b"WATCHDOG=1"}


def test_a_loop_that_stands_still_is_not_told_to_live(tmp_path: Path) -> None:
    server = Server(lambda _environ, _start: [], "127.0.0.1", 0, folder=tmp_path)
    assert not server.turns(0)
    server.start()
    try:
        soon(lambda: server.turns(1))
        stands, goes_on = threading.Event(), threading.Event()
        assert server._loop is not None
        server._loop.call_soon_threadsafe(lambda: (stands.set(), goes_on.wait(DEADLINE)))
        assert stands.wait(DEADLINE)
        assert not server.turns(0.05)
        goes_on.set()
        assert server.turns(DEADLINE)
    finally:
        server.stop()
    assert not server.turns(0), "it has ended"


def test_nothing_is_said_where_nobody_listens(tmp_path: Path) -> None:
    ServiceManager.of({}).say_ready()
    ServiceManager.of({"NOTIFY_SOCKET": str(tmp_path / "gone")}).say_ready()


def test_the_unit_leaves_a_hub_little_to_do_harm_with() -> None:
    require(SYSTEMD)
    most = str(round(MOST_EXPOSED * 10))
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={most}", "--no-pager", UNIT],
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "exposure" in said.stdout
    assert "Unknown" not in said.stderr, "each of its lines is one that systemd knows"


def test_the_manual_shows_the_unit_that_is_delivered() -> None:
    manual = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert f"```ini\n{UNIT.read_text(encoding='utf-8')}```" in manual
