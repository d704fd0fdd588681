"""Machines on a network of a test's own, made by the kernel: each can lose its line, its processes and its disk's room.

A machine is a process that leads processes, mounts and a network of its own; all of it is gone when that one ends,
and it ends when the test's process does. By root on Linux.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from system_packages import SYSTEM_PATH

_NEW_NETWORK = 0x4000_0000
_APART = ["unshare", "--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"]
_FIRST = """
ip link set lo up && mount --make-rprivate / && echo here
cat  # until the test's process ends
"""
"""What the first process of a machine does; a shell, because what others leave to it must be ended by it."""


class NoNetwork(Exception):
    """The kernel makes none for whoever asks."""


class Machine:
    """One, that has an address."""

    def __init__(self, name: str, address: str, first: int) -> None:
        self.name, self.address = name, address
        self._first, self._started = first, list[subprocess.Popen[bytes]]()
        self._inside = ["nsenter", f"--target={first}", "--net", "--pid", "--mount"]

    def run(self, *command: str) -> str:
        """A command on it, to its end; what it wrote."""
        told = self._inside + list(command)
        return subprocess.run(told, check=True, capture_output=True, text=True, env=_PLAIN).stdout

    def write(self, path: str, text: str) -> None:
        """A file on one of its disks."""
        command = [*self._inside, "tee", path]
        subprocess.run(command, check=True, capture_output=True, text=True, input=text, env=_PLAIN)

    def start(self, script: str, *, log: str, user: str = "root") -> None:
        """Lines for a shell, which go on for as long as the machine does; what they write lies in a file on it."""
        told = f'exec >>{log} 2>&1; exec setpriv --reuid={user} --regid={user} --clear-groups sh -c "$0"'
        process = subprocess.Popen(
            [*self._inside, "sh", "-c", told, script],
            stdin=subprocess.DEVNULL,
            env=_PLAIN,
            cwd="/",
            start_new_session=True,
        )
        self._started.append(process)

    def has_ended(self) -> None:
        """Let go of what was started on it; where that stood still, so does what leads in to it."""
        for each in self._started:
            each.kill()
            each.wait()

    def processes(self, *names: str) -> list[int]:
        """Of it that have one of these names, or all but the first; as everybody numbers them."""
        ours = os.readlink(f"/proc/{self._first}/ns/pid")
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            try:
                is_here = os.readlink(each / "ns/pid") == ours
                name = (each / "comm").read_text().strip()
            except OSError:  # it has ended meanwhile
                continue
            is_leader = int(each.name) == self._first or name == "cat"
            if is_here and not is_leader and (not names or name in names):
                found.append(int(each.name))
        return found

    def signal(self, number: signal.Signals, *names: str) -> None:
        """To all processes of these names, or to all that run on it."""
        for each in self.processes(*names):
            try:
                os.kill(each, number)
            except ProcessLookupError:
                continue

    def cut(self) -> None:
        """Nothing comes to it or leaves it any more, and nobody is told so."""
        _kernel(f"ip link set {self.name} down")

    def join(self) -> None:
        """Its line is whole again."""
        _kernel(f"ip link set {self.name} up")

    def cut_from(self, *addresses: str) -> None:
        """Nothing comes from these or goes to them; from and to all others it does."""
        for each in addresses:
            self.run("iptables", "-A", "INPUT", "-s", each, "-j", "DROP")
            self.run("iptables", "-A", "OUTPUT", "-d", each, "-j", "DROP")

    def reach_all(self) -> None:
        """Nobody is left out any more."""
        self.run("iptables", "-F")

    def add_disk(self, folder: str, megabytes: int) -> None:
        """One of its own, that is gone with it."""
        self.run("mkdir", "-p", folder)
        self.run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder)

    def fill_disk(self, folder: str) -> None:
        """Leave no room on it, not for a byte."""
        self.run("sh", "-c", f"cat /dev/zero >{folder}/filled 2>/dev/null || true")

    def empty_disk(self, folder: str) -> None:
        """Have room again."""
        self.run("rm", f"{folder}/filled")


@contextmanager
def network(own_address: str) -> Iterator[None]:
    """Be on a new network, at this address; so are threads and processes that are started meanwhile.

    Raises `NoNetwork`.
    """
    kernel = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if kernel.unshare(_NEW_NETWORK):
            raise NoNetwork(os.strerror(ctypes.get_errno()))
        try:
            _kernel("ip link set lo up")
            _kernel("ip link add switch type bridge")
            _kernel(f"ip addr add {own_address}/24 dev switch")
            _kernel("ip link set switch up")
            yield
        finally:
            assert kernel.setns(before, _NEW_NETWORK) == 0
    finally:
        os.close(before)


@contextmanager
def machine(name: str, address: str) -> Iterator[Machine]:
    """A new one on the network that one is on."""
    with ExitStack() as alive:
        shell = subprocess.Popen(
            [*_APART, "sh", "-c", _FIRST],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_PLAIN,
            start_new_session=True,  # Ctrl-C reaches pytest alone, which then closes the pipe
        )
        alive.callback(shell.wait)
        alive.callback(shell.kill)
        assert shell.stdin is not None
        assert shell.stdout is not None
        alive.callback(shell.stdout.close)
        alive.callback(shell.stdin.close)
        assert shell.stdout.readline() == "here\n"
        children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children").read_text()
        first = int(children.split()[0])
        _kernel(f"ip link add {name} type veth peer name eth0 netns {first}")
        _kernel(f"ip link set {name} master switch up")
        made = Machine(name, address, first)
        made.run("ip", "addr", "add", f"{address}/24", "dev", "eth0")
        made.run("ip", "link", "set", "eth0", "up")
        alive.callback(made.has_ended)
        alive.callback(shell.kill)
        yield made


_PLAIN = {"PATH": f"/usr/bin:/bin:/sbin:{SYSTEM_PATH}", "LANG": "C.UTF-8"}


def _kernel(command: str) -> None:
    subprocess.run(command.split(), check=True, capture_output=True, env=_PLAIN)
