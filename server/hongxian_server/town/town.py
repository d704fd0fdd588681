"""A town's communities while a process serves them: each opened, followed, and let go by itself.

A folder that appears is opened, one that is paused or gone is let go of, one whose plugins are to be others is opened
anew; what is wrong with one is told at its address and on the town's page, and the others go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.types import WSGIEnvironment

from hongxian.errors import HongxianError
from hongxian.security.key_file import KeyFile
from hongxian.security.unlocking import key_at_hand
from hongxian.storage.failure import storage_failure
from hongxian.storage.postgres import Postgres
from hongxian.text import Text
from hongxian.words.logs import logger, phase
from hongxian_server.http.community import Community
from hongxian_server.hub import Hub
from hongxian_server.ops.releases.own import OtherReleases
from hongxian_server.sync.signals import Signals
from hongxian_server.town.folder import Kept, NoCommunity, is_paused, names_in

log = logger(__name__)
LOOK_SECONDS = 1
"""How often it looks for communities that are there anew, or paused, or gone."""
AGAIN_SECONDS = 15
"""Until one that could not be opened is tried again."""
ENDING_SECONDS = 30
"""For requests under way, when a community is let go of."""


class NotServed(HongxianError):
    """A community that is not being served at the moment."""

    message = Text(
        "社区“{name}”暂时不开放：{why}。数据都在，请稍后再试。",
        "The community {name!r} is not available at the moment: {why}. Nothing is lost; try again later.",
    )
    status = 503


_OPENING = Text("正在打开", "it is being opened")
PAUSED = Text("管理员把它暂停了", "its keeper has paused it")
"""Why a community is not served that a keeper has paused."""


@dataclass
class Place:
    """One community of a town: open, or why it is not."""

    name: str
    why: Text = _OPENING
    community: Community | None = None
    releases: OtherReleases | None = None
    alive: ExitStack = field(default_factory=ExitStack)
    under_way: int = 0
    """Requests."""
    again_at: float = 0
    """When it is tried again, of a clock that only runs forward."""


class Town:
    """What a process serves of a town's folder.

    `hosts` are the names under which consoles answer; `authority` (PEM) the certificate behind what it is
    served under, if it is the town's own.
    """

    def __init__(self, folder: Path, hosts: Sequence[str], authority: str = "") -> None:
        self.folder = folder
        self._hosts, self._authority = hosts, authority
        self._places: dict[str, Place] = {}
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        """That a request has ended."""
        signals = Kept.of(folder).signals
        self._signals = Signals(Postgres(signals).made) if signals else None

    # -- who asks --------------------------------------------------------------------------------

    @contextmanager
    def asked(self, name: str) -> Iterator[Community]:
        """A community for as long as a request is under way; raises `NoCommunity`, `NotServed`."""
        with self._lock:
            place = self._places.get(name)
            if place is None:
                raise NoCommunity(name=name)
            if place.community is None:
                raise NotServed(name=name, why=place.why)
            place.under_way += 1
            community = place.community
        try:
            yield community
        finally:
            with self._changed:
                place.under_way -= 1
                self._changed.notify_all()

    def has(self, name: str) -> bool:
        """Whether there is a community of this name."""
        with self._lock:
            return name in self._places

    def places(self) -> list[Place]:
        """All that there are, by their names."""
        with self._lock:
            return sorted(self._places.values(), key=lambda each: each.name)

    def open_now(self) -> list[Hub]:
        """The hubs that are served just now."""
        return [each.community.hub for each in self.places() if each.community is not None]

    # -- while it is served ----------------------------------------------------------------------

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Open and follow its communities inside."""
        stop = threading.Event()
        following = threading.Thread(target=self._follow, args=[stop], name="hongxian-town")
        with ExitStack() as stack:
            if self._signals is not None:
                stack.enter_context(self._signals.carried())
            following.start()
            try:
                yield
            finally:
                stop.set()
                following.join()
                for each in self.places():
                    self._let_go(each, _OPENING)

    def await_releases(self, stop: threading.Event) -> bool:
        """Never: a community whose plugins are to be others is opened anew by itself."""
        stop.wait()
        return False

    def _follow(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._look()
            except OSError:
                log.exception("the town's folder could not be read")
            stop.wait(LOOK_SECONDS)

    def _look(self) -> None:
        names = names_in(self.folder)
        with self._lock:
            for name in names:
                self._places.setdefault(name, Place(name))
        for place in self.places():
            try:
                self._see_to(place, is_there=place.name in names)
            except Exception:  # of one community: the others go on
                log.exception("not seen to hub=%s", place.name)
                place.again_at = time.monotonic() + AGAIN_SECONDS

    def _see_to(self, place: Place, *, is_there: bool) -> None:
        paused, is_due = is_paused(self.folder / place.name), time.monotonic() >= place.again_at
        if place.community is not None:
            if paused or not is_there:
                self._let_go(place, PAUSED)
            elif is_due and place.releases is not None and place.releases.are_due():
                self._let_go(place, _OPENING)
        elif paused:
            place.why, place.again_at = PAUSED, 0
        if not is_there:
            with self._lock:
                del self._places[place.name]
        elif is_due and not paused and place.community is None:
            self._open(place)

    def _open(self, place: Place) -> None:
        below = f"/{place.name}"
        try:
            with phase(log, "open"), ExitStack() as stack:
                folder = self.folder / place.name
                held = KeyFile.read(folder)
                hub = Hub.open(folder, key=key_at_hand(held) if held else None)
                made = Community(hub, self._hosts, self._authority, below)
                stack.enter_context(made.alive(self._signals))
                place.releases, place.alive = OtherReleases(hub), stack.pop_all()
        except Exception as error:  # of one community: the others go on
            log.exception("not opened hub=%s", place.name)
            known = storage_failure(error) or error
            place.why = known.text if isinstance(known, HongxianError) else Text.of(str(error))
            place.again_at = time.monotonic() + AGAIN_SECONDS
            return
        with self._lock:
            place.community, place.again_at = made, 0

    def _let_go(self, place: Place, why: Text) -> None:
        """Once what is under way there was answered, let go of a community's folder and database."""
        with self._lock:
            community, place.community, place.why = place.community, None, why
        if community is None:
            return
        community.hang_up()
        with self._changed:
            self._changed.wait_for(lambda: not place.under_way, ENDING_SECONDS)
        try:
            place.alive.close()
        except Exception:  # of one community: the others are let go of too
            log.exception("not let go of in order hub=%s", place.name)


def below(name: str, environ: WSGIEnvironment) -> WSGIEnvironment:
    """A request as the community sees it to whose address it came."""
    return {
        **environ,
        "SCRIPT_NAME": f"{environ.get('SCRIPT_NAME', '')}/{name}",
        "PATH_INFO": environ["PATH_INFO"].removeprefix(f"/{name}"),
    }


def name_in(environ: WSGIEnvironment) -> str:
    """The community's name with which an address begins; "" where it is the town's own."""
    return str(environ["PATH_INFO"]).partition("/")[2].partition("/")[0]
