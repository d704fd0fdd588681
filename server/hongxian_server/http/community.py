"""One community, to be served: its hub's sync API, its console and its pages for phones, as one WSGI app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from io import BytesIO
from threading import Event, Lock
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from hongxian.storage.ear import hearing
from hongxian.words.logs import logger
from hongxian_server.console.app import make_console
from hongxian_server.console.door.auth import is_keeper
from hongxian_server.http.app import ADDRESSES, make_app
from hongxian_server.http.channel import bell_of
from hongxian_server.http.signatures import is_known
from hongxian_server.hub import Hub
from hongxian_server.ops.leading import lead_no_longer
from hongxian_server.ops.releases.own import keep_served, wait_for_others
from hongxian_server.phone.app import answered, is_for_phones, make_phone_pages, may_send_more
from hongxian_server.sync.signals import Signals

log = logger(__name__)


class Community:
    """A hub and its three apps, beside each other: a laptop's calls meet no session and no check of the host's name.

    `hosts` are the names under which its console answers; `authority` (PEM) is the hub's own certificate behind what
    it is served under, if there is such; `below` the path below which it lies.
    """

    def __init__(
        self, hub: Hub, hosts: Sequence[str], authority: str = "", below: str = ""
    ) -> None:
        self.hub = hub
        self._hosts, self._authority, self._below = hosts, authority, below
        self._api = make_app(hub, authority)
        self._making, self._told = Lock(), Event()

    @cached_property
    def _made_console(self) -> Flask:
        return make_console(self.hub, self._hosts, self._authority, self._below)

    @cached_property
    def _made_phones(self) -> Flask:
        return make_phone_pages(self.hub, self._below)

    @property
    def _console(self) -> Flask:
        """Made when it is first asked for: of a hundred communities most are asked by laptops alone."""
        with self._making:
            return self._made_console

    @property
    def _phones(self) -> Flask:
        """The same of the pages for phones."""
        with self._making:
            return self._made_phones

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The API's addresses to it, those for phones to their pages, all others to the console."""
        if is_for_phones(environ):
            return answered(self._phones, environ, start_response)
        is_api = environ.get("PATH_INFO", "").startswith(ADDRESSES)
        return (self._api if is_api else self._console)(environ, start_response)

    def is_welcome(self, environ: WSGIEnvironment) -> bool:
        """Whether who asks is a laptop of this hub or its keeper, and may send more than a few KiB."""
        with self.hub:
            if environ["PATH_INFO"].startswith(ADDRESSES):
                return is_known(self.hub, environ)
            if is_for_phones(environ):
                return may_send_more(self._phones, {**environ, "wsgi.input": BytesIO()})
            with self._console.request_context({**environ, "wsgi.input": BytesIO()}):
                return is_keeper()

    # -- while it is served ----------------------------------------------------------------------

    @contextmanager
    def alive(self, signals: Signals | None = None) -> Iterator[None]:
        """Hold its folder and database inside; raises `InUse`.

        Without `signals` of the whole process it carries its own, where others may write in its database.
        """
        hub = self.hub
        with hub.held(), hub.kept_open(), ExitStack() as stack:
            keep_served(hub)
            if hub.is_shared:
                stack.callback(self._lead_no_longer)
            if signals is None and hub.is_shared:
                signals = Signals(hub.database.made)
                stack.enter_context(signals.carried())
            stack.enter_context(self._hearing() if signals is None else signals.of(hub))
            yield

    def _lead_no_longer(self) -> None:
        try:
            with self.hub:
                lead_no_longer(self.hub)
        except Exception:  # its database may be away
            log.warning("not told that it leads no longer hub=%s", self.hub.folder.name)

    @contextmanager
    def _hearing(self) -> Iterator[None]:
        """Hear inside of what commands beside this process do."""
        try:
            with hearing(self.hub.folder, self._was_told) as self.hub.hears_others:
                yield
        finally:
            self.hub.hears_others = False
            self._told.set()  # whoever waits for it looks whether it is over

    def _was_told(self) -> None:
        self._told.set()
        self.hub.hint()

    def hang_up(self) -> None:
        """Have the laptops on the channel go; they come again."""
        bell_of(self._api).end()

    def part_of(self, _environ: WSGIEnvironment) -> str:
        """None: it is one."""
        return ""

    def open_now(self) -> list[Hub]:
        """The hubs that are served: one."""
        return [self.hub]

    def await_releases(self, stop: Event) -> bool:
        """Sleep until other releases of plugins are to run; False where it is stopped before."""
        return wait_for_others(self.hub, stop, self._told)
