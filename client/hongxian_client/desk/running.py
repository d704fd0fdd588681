"""Running the desk: one for each data folder, its pages and its sync loop, until it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from wsgiref.types import WSGIEnvironment

from filelock import FileLock, Timeout
from flask import Flask

from hongxian.errors import HongxianError, KeyLost, NotJoined, Refused
from hongxian.storage.data_key import DataKey
from hongxian.storage.ear import hearing
from hongxian.storage.privacy import FILE, private
from hongxian.text import Text
from hongxian_client.desk.app import make_desk
from hongxian_client.desk.auth.entrance import is_open
from hongxian_client.desk.desk import Desk, desk_of
from hongxian_client.desk.handing_over import take_over
from hongxian_client.desk.host import host_of
from hongxian_client.desk.locked.app import make_locked
from hongxian_client.desk.locked.door import Door
from hongxian_client.desk.opening import close_openings, way_into
from hongxian_client.desk.reading import Reading
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.loop import Pace, SyncLoop
from hongxian_client.sync.report import Report
from hongxian_client.transport.seeking import Seeking
from hongxian_web.serving import Server

HOST = "127.0.0.1"
PORT = 8471
"""Mostly the same at each start: what a browser keeps of an unsaved form, it keeps by address."""
_LOCK, _ADDRESS = "desk.lock", "desk.address"
_PACE = Pace(look=30)
"""Other processes tell what they wrote."""


class Syncing:
    """The desk's sync loop: begun at once where the laptop has joined, else when it does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._loop: SyncLoop | None = None

    def begin(self) -> None:
        """Sync from now on; nothing before the laptop has joined, or while its key is lost."""
        self.end()
        try:
            with self._desk.replica:
                post = Seeking(self._desk.replica)
        except NotJoined:
            return
        except KeyLost as error:
            self._desk.last, self._desk.sync_soon = error, self.begin
            return
        desk = self._desk
        ring = desk.pages.ring
        self._loop = SyncLoop(
            desk.replica, post, self._told, _PACE, progress=self._moves, live=ring
        )
        self._loop.start()
        desk.replica.on_write = self.was_written
        self._desk.sync_soon = self._loop.wake
        self._desk.is_live = lambda: self._loop is not None and self._loop.is_live

    def end(self) -> None:
        """Stop after the request that is under way."""
        if self._loop is not None:
            self._loop.stop()
            self._loop = None

    def was_written(self) -> None:
        """Something was, here or by another process."""
        self._desk.sync_soon()
        self._desk.pages.ring()

    def _told(self, outcome: Report | HongxianError) -> None:
        desk, before = self._desk, self._desk.last
        was_moving = desk.moving is not None
        desk.last, desk.moving = outcome, None
        has_moved = isinstance(outcome, Report) and outcome.moved
        if has_moved or was_moving or type(outcome) is not type(before):
            desk.pages.ring()
        if isinstance(outcome, Report) and outcome.plugins:
            self._desk.begin_anew()

    def _moves(self, moved: int, left: int) -> None:
        is_first, self._desk.moving = self._desk.moving is None, (moved, left)
        if is_first and left:
            self._desk.pages.ring()


@dataclass
class OpenDesk:
    """A desk that listens; `url` is where, which opens it to nobody."""

    server: Server
    url: str
    desk: Desk
    begins_anew: bool = False
    """Whether it ended so that plugins which came take part: whoever opened it opens it again."""

    changes_over: bool = False
    """Whether it ended so that a new version takes over, which the launcher starts."""

    def serve(self) -> None:
        """Answer until `stop`, or until an interrupt, which is raised again."""
        self.server.start()
        self.server.wait()

    def stop(self) -> None:
        """Let `serve` return."""
        self.server.stop()

    def begin_anew(self) -> None:
        """Let `serve` return, for whoever opened it to open it again; pages that are asked for meanwhile wait."""
        self.begins_anew = True
        self.server.hand_on()
        self.stop()

    def change_over(self) -> None:
        """Let `serve` return, for the launcher to start the version that is in place."""
        self.changes_over = True
        self.stop()


def address_of_open(folder: Path) -> str | None:
    """Where the desk of a data folder is open already; None where it is not."""
    lock = FileLock(folder / _LOCK, mode=FILE)
    try:
        with lock.acquire(timeout=0):
            return None
    except Timeout:
        return (folder / _ADDRESS).read_text("utf-8")


def unlocked_by_a_person(
    folder: Path, port: int | None, told: Callable[[str], None]
) -> tuple[Replica, int]:
    """The laptop of a data folder once somebody unlocked it in a browser, and the port at which its desk is awaited.

    `told` gets the address of the page. Raises as `open_desk` does.
    """
    opened: list[Replica] = []
    with FileLock(folder / _LOCK, mode=FILE).acquire(timeout=0):

        def opens(key: DataKey | None) -> str:
            if not opened:
                opened.append(Replica.open(folder, key=key))
                threading.Thread(target=_end, args=[server], daemon=True).start()
            return way_into(folder, f"http://{host_of(opened[0])}:{server.port}/")

        door = Door(folder, opens)
        server = _listening(lambda at: Server(make_locked(door), HOST, at), port)
        try:
            url = f"http://{door.host}:{server.port}/"
            _write_privately(folder / _ADDRESS, url)
            told(url)
            server.start()
            server.wait()
        finally:
            server.stop()
            (folder / _ADDRESS).unlink(missing_ok=True)
    return opened[0], server.port


def _end(server: Server) -> None:
    """End what stood before the desk; who asks meanwhile waits for that."""
    server.hand_on()
    server.stop()


@contextmanager
def open_desk(replica: Replica, port: int | None = None) -> Iterator[OpenDesk]:
    """The desk of a laptop that no other process has open: it listens, and syncs in the background.

    Without a `port` it takes the usual one, or any that is free. Raises `Refused` for a port that
    cannot be had, and `filelock.Timeout` where the desk is open already.
    """
    desk = Desk(replica, host_of(replica))
    address = replica.folder / _ADDRESS
    with FileLock(replica.folder / _LOCK, mode=FILE).acquire(timeout=0), replica.kept_open():
        syncing = Syncing(desk)
        desk.was_joined = syncing.begin
        reading = Reading(replica)
        desk.read_texts = reading.begin
        take_over(desk)
        app = make_desk(desk)
        server = _listening(lambda at: make_server(app, at), port)
        ear = ExitStack()
        try:
            url = f"http://{desk.host}:{server.port}/"
            _write_privately(address, url)
            opened = OpenDesk(server, url, desk)
            desk.begin_anew, desk.end = opened.begin_anew, opened.stop
            desk.change_over = opened.change_over
            syncing.begin()
            ear.enter_context(hearing(replica.folder, syncing.was_written))
            yield opened
        finally:
            ear.close()
            server.stop()
            reading.end()
            syncing.end()
            address.unlink(missing_ok=True)
            close_openings(replica.folder)


def make_server(app: Flask, port: int, threads: int = 8) -> Server:
    """A desk's server, which listens already; only its own browser may send much. Raises `OSError`."""
    replica = desk_of(app).replica

    def is_welcome(environ: WSGIEnvironment) -> bool:
        with replica, app.request_context({**environ, "wsgi.input": BytesIO()}):
            return is_open()

    return Server(app, HOST, port, threads=threads, welcomes=is_welcome)


def _listening(make: Callable[[int], Server], port: int | None) -> Server:
    if port is None:
        with suppress(OSError):
            return make(PORT)
    try:
        return make(port or 0)
    except OSError as error:
        raise Refused(
            detail=Text(
                f"{HOST}:{port} 不能用，可能已被占用，请用 --port 换一个（{error.strerror or error}）",
                f"{HOST}:{port} cannot be listened on, choose another --port ({error.strerror or error})",
            )
        ) from None


def _write_privately(path: Path, text: str) -> None:
    """Only this account may read it: the desk's name is nobody else's to know."""
    path.unlink(missing_ok=True)
    with open(path, "w", encoding="utf-8", opener=private) as file:
        file.write(text)
