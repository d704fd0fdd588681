"""Serving: sync API and console on one port, of one hub or of a town's communities."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from hongxian.model.stamp import wall_clock
from hongxian.plugins.loading import keep_what_is_loaded
from hongxian.words.logs import logger, phase
from hongxian_server.backups.schedule import back_up_if_due
from hongxian_server.http.app import HEALTH
from hongxian_server.http.community import Community
from hongxian_server.hub import Hub
from hongxian_server.ops.disk import note_disks
from hongxian_server.ops.hourly import ON_RECORDS
from hongxian_server.ops.journal_check import check_journal
from hongxian_server.ops.leading import leads
from hongxian_server.ops.network.certificates import Certificates
from hongxian_server.ops.scrub import scrub
from hongxian_server.ops.service_manager import ServiceManager
from hongxian_server.tables.keeper_log import Actor, Road, acting
from hongxian_web.serving import LIMITS, Limits, Server, behind_proxies

log = logger(__name__)
TIDY_SECONDS = 3600
FIRST_SECONDS = 300
"""After which it is done first: a hub that is on for an hour a day has its backup too."""
HERE = ("127.0.0.1", "localhost")
Work = Callable[[Hub], object]
"""What is done by the hour."""


class Served(Protocol):
    """What is served: a community, or a town of them."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI app."""

    def is_welcome(self, environ: WSGIEnvironment) -> bool:
        """Whether who asks may send more than a few KiB."""

    def part_of(self, environ: WSGIEnvironment) -> str:
        """Which part of it a request is for, that what is slow in one stops no other; "" where it has none."""

    def alive(self) -> AbstractContextManager[None]:
        """Hold what it needs inside."""

    def open_now(self) -> list[Hub]:
        """The hubs that are served just now."""

    def await_releases(self, stop: threading.Event) -> bool:
        """Sleep until this process is to begin anew; False where it is stopped before."""


def make_server(
    hub: Hub,
    host: str,
    port: int,
    threads: int = 8,
    hosts: Sequence[str] = HERE,
    proxies: Collection[str] = (),
    tls: ssl.SSLContext | None = None,
    authority: str = "",
    limits: Limits = LIMITS,
) -> Server:
    """A hub's server, as `server_of` makes it.

    `hosts` are the names under which its console answers; `authority` (PEM) is the hub's own
    certificate behind that of `tls`, if it is the hub's.
    """
    served = Community(hub, hosts, authority)
    return server_of(served, hub.passing, host, port, threads, proxies, tls, limits)


def server_of(
    served: Served,
    folder: Path,
    host: str,
    port: int,
    threads: int = 8,
    proxies: Collection[str] = (),
    tls: ssl.SSLContext | None = None,
    limits: Limits = LIMITS,
) -> Server:
    """A server that listens already; `server.port` tells where, when 0 was asked.

    `proxies` are the addresses whose word it takes for whom they ask. Without `tls` it speaks plain HTTP.
    What is large lies in the folder while it comes.
    """
    return Server(
        behind_proxies(served, proxies),
        host,
        port,
        tls=tls,
        threads=threads,
        welcomes=served.is_welcome,
        aside=(HEALTH,),
        folder=folder,
        limits=limits,
        part_of=served.part_of,
    )


def serve(
    served: Served,
    server: Server,
    ready: Callable[[], None],
    certificates: Certificates | None = None,
    beside: Sequence[Server] = (),
) -> bool:
    """Serve until stopped, holding what is served, and tidy once an hour; other servers with it.

    True where it ended by itself for other releases of plugins: what is under way was answered, and who connects
    from then on waits for the process that this one is to become.
    """
    stop, servers, begins_anew = threading.Event(), (server, *beside), threading.Event()

    works: tuple[Work, ...] = (back_up_if_due, note_disks, scrub, check_journal, *ON_RECORDS)

    def each_hour() -> None:
        wait = min(FIRST_SECONDS, TIDY_SECONDS)
        while not stop.wait(wait):
            wait = TIDY_SECONDS
            work_through(served, works)
            if certificates is not None:
                _renew(certificates)

    def await_releases() -> None:
        if served.await_releases(stop):
            begins_anew.set()
            for each in servers:
                each.hand_on()
            server.stop()

    manager = ServiceManager.of()

    def say_alive() -> None:
        manager.say_alive(stop, server.turns)

    keep_what_is_loaded()
    with served.alive():
        for target in (each_hour, await_releases, say_alive):
            threading.Thread(target=target, daemon=True).start()
        try:
            for each in servers:
                each.start()
            ready()
            manager.say_ready()
            log.info("serving port=%d", server.port)
            server.wait()
        finally:
            stop.set()
            for each in servers:
                each.stop()
            log.info("stopped")
    return begins_anew.is_set()


def work_through(served: Served, works: Iterable[Work]) -> None:
    """Carry out these works of each hub that is served; those of one that is let go of meanwhile are left."""
    for hub in served.open_now():
        for work in works:
            if hub in served.open_now():
                _carry_out(hub, work)


def _renew(certificates: Certificates) -> None:
    try:
        certificates.renew(wall_clock())
    except Exception:
        log.exception("the certificate was not renewed")


def _carry_out(hub: Hub, work: Work) -> None:
    """One work of one hub, if this process leads it; what fails now stops neither the others nor the next hour."""
    try:
        with hub, acting(Actor(Road.HUB)), phase(log, "hourly") as counts:
            counts["hub"] = hub.folder.name
            if leads(hub):
                work(hub)
    except Exception:
        log.exception("hourly work failed hub=%s", hub.folder.name)
