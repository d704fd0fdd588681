"""Serving the hub: sync API and console on one port."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from hongxian.plugins.loading import keep_what_is_loaded
from hongxian.words.logs import logger, phase
from hongxian_server.backups.schedule import back_up_if_due
from hongxian_server.console.app import make_console
from hongxian_server.console.door.auth import is_keeper
from hongxian_server.http.app import ADDRESSES, HEALTH, make_app
from hongxian_server.http.signatures import is_known
from hongxian_server.hub import Hub
from hongxian_server.ops.certificates import Certificates
from hongxian_server.ops.hourly import ON_RECORDS
from hongxian_server.ops.journal_check import check_journal
from hongxian_server.ops.plugin_releases import keep_served, wait_for_others
from hongxian_server.ops.scrub import scrub
from hongxian_server.tables.keeper_log import Actor, Road, acting
from hongxian_web.serving import LIMITS, Limits, Server, Welcomes, behind_proxies

log = logger(__name__)
TIDY_SECONDS = 3600
FIRST_SECONDS = 300
"""After which it is done first: a hub that is on for an hour a day has its backup too."""
HERE = ("127.0.0.1", "localhost")


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
    """A server that listens already; `server.port` tells where, when 0 was asked.

    `hosts` are the names under which its console answers; `proxies` the addresses whose word it
    takes for whom they ask. Without `tls` it speaks plain HTTP; `authority` (PEM) is
    the hub's own certificate behind that, if it is the hub's.
    """
    api, console = make_app(hub, authority), make_console(hub, hosts, authority)
    return Server(
        behind_proxies(_beside(api, console), proxies),
        host,
        port,
        tls=tls,
        threads=threads,
        welcomes=_welcomes(hub, console),
        aside=(HEALTH,),
        folder=hub.folder,
        limits=limits,
    )


def _welcomes(hub: Hub, console: Flask) -> Welcomes:
    """Whether who asks is a laptop of this hub or its keeper, and may send more than a few KiB."""

    def is_welcome(environ: WSGIEnvironment) -> bool:
        with hub:
            if environ["PATH_INFO"].startswith(ADDRESSES):
                return is_known(hub, environ)
            with console.request_context({**environ, "wsgi.input": BytesIO()}):
                return is_keeper()

    return is_welcome


def _beside(api: Flask, console: Flask) -> WSGIApplication:
    """One WSGI app of both: the API's addresses to it, all others to the console."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_api = environ.get("PATH_INFO", "").startswith(ADDRESSES)
        return (api if is_api else console)(environ, start_response)

    return answer


def serve(
    hub: Hub,
    server: Server,
    ready: Callable[[], None],
    certificates: Certificates | None = None,
    beside: Sequence[Server] = (),
) -> bool:
    """Serve until stopped, holding data folder and database, and tidy once an hour; other servers with it.

    True where it ended by itself for other releases of plugins: what is under way was answered, and who connects
    from then on waits for the process that this one is to become.
    """
    stop, servers, begins_anew = threading.Event(), (server, *beside), threading.Event()
    works: list[Callable[[Hub], object]] = [back_up_if_due, scrub, check_journal, *ON_RECORDS]
    if certificates is not None:
        works.append(lambda hub: certificates.renew(hub.now()))

    def each_hour() -> None:
        wait = min(FIRST_SECONDS, TIDY_SECONDS)
        while not stop.wait(wait):
            wait = TIDY_SECONDS
            for work in works:
                try:
                    with hub, acting(Actor(Road.HUB)), phase(log, "hourly"):
                        work(hub)
                except Exception:  # what fails now stops neither the others nor the next hour
                    log.exception("hourly work failed")

    def await_releases() -> None:
        if wait_for_others(hub, stop):
            begins_anew.set()
            for each in servers:
                each.hand_on()
            server.stop()

    keep_what_is_loaded()
    with hub.held(), hub.kept_open():
        keep_served(hub)
        for target in (each_hour, await_releases):
            threading.Thread(target=target, daemon=True).start()
        try:
            for each in servers:
                each.start()
            ready()
            log.info("serving port=%d plugins=%d", server.port, len(hub.plugins.all))
            server.wait()
        finally:
            stop.set()
            for each in servers:
                each.stop()
            log.info("stopped")
    return begins_anew.is_set()
