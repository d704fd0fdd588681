"""The sync round: what is unsent goes out, verdicts come back, pages come in, digests are compared.

Each request is one step that may be lost, repeated or interrupted: everything it needs is on disk
before it goes, and what its answer says is taken in by one commit.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from filelock import FileLock, Timeout

from hongxian.errors import DeviceRevoked, InUse, NotJoined
from hongxian.record import COMMUNITY
from hongxian.storage.setting import get_setting, get_settings, put_settings
from hongxian.version import __version__
from hongxian.wire.digest import digests
from hongxian.wire.envelope import RoundReply, load
from hongxian.wire.incarnation import RenumberReply, RenumberRequest
from hongxian.wire.page import Page, frames_of, page_from_json, read_stream, stream
from hongxian_client.replica import outbox
from hongxian_client.replica.cursors import cursors, move_cursors
from hongxian_client.replica.former import forget_former, former_of, prints_of
from hongxian_client.replica.outbox import DEFERRED, REFUSED, UNSENT, Entry, Slice
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.restamp import restamp
from hongxian_client.sync import chain, reconcile
from hongxian_client.sync.deferred import Decides, sort_out_deferred, what_decides
from hongxian_client.sync.enrol import clock_offset, largest_number
from hongxian_client.sync.feed import take_pages
from hongxian_client.sync.incarnation import enter_epoch, take_new_number
from hongxian_client.sync.link import Post
from hongxian_client.sync.pending import Pair, mend_pending, note_pending, pending_collections
from hongxian_client.sync.recalls import answer_recalls
from hongxian_client.sync.request import SLICE_BYTES, SLICE_ROWS, pages_of
from hongxian_client.sync.scopes import purge_scopes
from hongxian_client.sync.verdicts import (
    ANEW,
    let_land,
    plain_stamps,
    settled,
    take_verdicts,
    with_range,
)

LOCK = "sync.lock"
LOCK_SECONDS = 5
NOTHING = Slice()
STEPS = 100_000
"""Requests in one sync, at most: a bound for what should never happen."""
IN_VAIN = 3
"""Times that unsent work goes out under new stamps and none is taken, before it waits for the next sync."""


@dataclass
class Report:
    """What a sync did."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    refused: int = 0
    notes: list[str] = field(default_factory=list)
    differs: list[tuple[str, str]] = field(default_factory=list)
    """Scopes and collections whose digests differed at the end, before they were mended."""


Progress = Callable[[int, int], None]
"""Called with (records moved, records left to send)."""


def sync(replica: Replica, post: Post, progress: Progress = lambda moved, left: None) -> Report:
    """Sync until both sides agree. Raises `HubOutOfReach`, `NotJoined`, `DeviceRevoked`, `InUse`."""
    with replica, _alone(replica):
        replica.token = get_setting("token", "")
        if not replica.token:
            raise NotJoined()
        sync = _Sync(replica, post, progress)
        try:
            return sync.run()
        except DeviceRevoked:
            _leave(replica)
            raise


@contextmanager
def _alone(replica: Replica) -> Iterator[None]:
    """One sync at a time on one data folder, whatever process runs it."""
    lock = FileLock(replica.folder / LOCK)
    try:
        with lock.acquire(timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise InUse(folder=str(replica.folder)) from None


def _leave(replica: Replica) -> None:
    """The hub ended this device's access: all data goes, unsent work into a file."""
    with replica.upkeep():
        kept = [str(path) for path in purge_scopes(replica, [])]
        put_settings(kept=kept, token="", epoch="", teams={})


@dataclass
class _Step:
    """One request: its envelope, its part of the outbox, and that part's encoded pages."""

    request: dict[str, Any]
    part: Slice
    pages: list[bytes]


_Answer = tuple[dict[str, Any], list[Page]]
"""The reply's envelope and its pages."""


class _Sync:
    def __init__(self, replica: Replica, post: Post, progress: Progress) -> None:
        self.replica = replica
        self.post = post
        self.progress = progress
        self.report = Report()
        self.mended: set[tuple[str, str]] = set()
        self.left = self.refused = 0
        """Changes in the outbox, counted once: to count them at each step would take ever longer."""
        self.in_vain = 0
        """Answers in a row after which unsent work got new stamps and none of it was taken."""
        self.sorted_for: Decides | None = None
        """`what_decides`, when it was last seen what waits."""

    def run(self) -> Report:
        """Step after step; the next request is under way while an answer is taken in."""
        with ThreadPoolExecutor(1) as line:
            step = self._first_step()
            answer = self._begin(line, step)
            for _ in range(STEPS):
                ahead = self._read_ahead(step)
                reply, pages = answer()
                if self._is_other_life(reply):
                    self._mend_pending()
                    following = None
                    again = True
                else:
                    following = self._next_step(step, ahead, reply)
                    if following:
                        answer = line.submit(self._ask, following).result
                    again = self._take_in(step, reply, pages)
                if not following:
                    again = answer_recalls(self.replica) or again
                    if not again and self._agrees(step, reply):
                        break
                    following = self._first_step()
                    answer = self._begin(line, following)
                step = following
        self.report.refused = outbox.count(REFUSED)
        return self.report

    # -- asking ------------------------------------------------------------------------------

    def _begin(self, line: ThreadPoolExecutor, step: _Step) -> Callable[[], _Answer]:
        """Ask for a first step; in this thread where there is nothing to make ready meanwhile."""
        return line.submit(self._ask, step).result if step.part.more else partial(self._ask, step)

    def _first_step(self) -> _Step:
        self._mend_pending()
        self.sorted_for = what_decides(self.replica)
        sort_out_deferred(self.replica, self.sorted_for)
        held = outbox.counts()
        self.left, self.refused = held[UNSENT] + held[DEFERRED], held[REFUSED]
        part = outbox.read_slice(self.replica.database, 0, SLICE_ROWS, SLICE_BYTES)
        return self._step(part, self._encode(part))

    def _read_ahead(self, step: _Step) -> tuple[Slice, list[bytes]]:
        """The following part of the outbox, made ready while the hub works on this one."""
        if not step.part.more:
            return NOTHING, []
        part = outbox.read_slice(
            self.replica.database, step.part.positions[-1], SLICE_ROWS, SLICE_BYTES
        )
        return part, self._encode(part)

    def _next_step(
        self, step: _Step, ahead: tuple[Slice, list[bytes]], reply: dict[str, Any]
    ) -> _Step | None:
        """What can go before this answer is taken in; None when the answer must be read first."""
        verdicts = {verdict["verdict"] for verdict in reply["outcome"]["others"]}
        if verdicts & {*ANEW, "plugin", "later"} or self._offset_changed(reply):
            return None
        if step.part.more:
            following = self._step(*ahead)
            first, count = reply["outcome"]["first_seq"], reply["outcome"]["plain"]
            if count:
                following.request["own_seqs"] = with_range(
                    following.request["own_seqs"], first - 1, first + count - 1
                )
            return following
        if not reply["complete"]:
            following = self._step(NOTHING, [])
            following.request["cursors"] = reply["cursors"]
            return following
        return None

    def _step(self, part: Slice, pages: list[bytes]) -> _Step:
        """A request; one that carries anything has its place in the chain on disk before it goes."""
        if part.stamps:
            with self.replica.upkeep():
                place = chain.next_round()
        else:
            place = chain.present_place()
        request = round_request(
            self.replica,
            place,
            stamps=part.transactions,
            unsent=self.left,
            refused=self.refused,
            pull=not part.more,
        )
        return _Step(request, part, pages)

    def _encode(self, part: Slice) -> list[bytes]:
        return [frame for page in pages_of(self.replica, part) for frame in frames_of(page)]

    def _ask(self, step: _Step) -> _Answer:
        """Send a request, in whichever thread; the answer's offset is that of the clocks (ms)."""
        before = self.replica.now()
        frames = read_stream(self.post("/v1/round", b"".join(stream(step.request, step.pages))))
        reply = load(RoundReply, next(frames, None))
        reply["offset"] = clock_offset(reply["clock"], before, self.replica.now())
        self.report.requests += 1
        return reply, [page_from_json(frame) for frame in frames]

    # -- taking in ---------------------------------------------------------------------------

    def _is_other_life(self, reply: dict[str, Any]) -> bool:
        """Whether the hub, or this laptop, turned out to be in another life; if so, enter it."""
        surplus = reconcile.OFFER if reply["recovering"] else reconcile.RESEND
        if reply["status"] == "epoch":
            with self.replica.upkeep():
                enter_epoch(self.replica, reply["epoch"])
                note_pending(self._pairs(reply, self.replica.held_tables()), surplus)
            self.report.notes.append(
                "the hub began a new life; filling it again · 社区主机已重建，正在补齐数据"
            )
        elif reply["status"] == "stale":
            self._renumber()
        elif reply["status"] == "below":
            with self.replica.upkeep():
                note_pending(self._pairs(reply, self.replica.held_tables()), reconcile.DROP)
        return bool(reply["status"] != "ok")

    def _offset_changed(self, reply: dict[str, Any]) -> bool:
        return bool(abs(reply["offset"] - get_setting("clock_offset", 0)) > 60_000)

    def _take_in(self, step: _Step, reply: dict[str, Any], pages: list[Page]) -> bool:
        """Take an answer in by one commit; true when there is more to send."""
        replica, part = self.replica, step.part
        outcome = reply["outcome"]
        with replica.upkeep():
            if part.stamps:
                chain.round_was_answered(step.request["round"]["id"], reply["round"])
            if step.request["former"]:
                forget_former(settled(part, outcome))
            anew = take_verdicts(replica, part, plain_stamps(part, outcome), outcome)
            self.report.received += take_pages(replica, pages)
            move_cursors(reply["cursors"])
            self._enter_scopes(reply)  # after the verdicts: what was just agreed may lie elsewhere
            facts = {name: reply[name] for name in ("community", "collections", "recovering")}
            facts["hub_heads"] = chain.with_head(get_setting("hub_heads", []), reply["head"])
            if reply["complete"]:
                facts |= {"own_seqs": [], "last_sync": to_the_minute(reply["clock"])}
                let_land(replica, {*reply["collections"]} & {*step.request["collections"]})
            put_settings(**facts)
            woken = self._sort_out_deferred(outcome["others"])
            if anew or self._offset_changed(reply):
                restamp(replica, device=get_setting("device", 0), offset=reply["offset"])
        self.report.sent += len(part.transactions) - len(outcome["others"]) + _taken(outcome)
        taken = outcome["plain"] + _taken(outcome)
        self.in_vain = 0 if taken or not anew else self.in_vain + 1
        self.left = max(self.left - len(part.stamps), 0)
        self.progress(self.report.sent + self.report.received, self.left)
        return part.more or (anew and self.in_vain < IN_VAIN) or woken

    def _sort_out_deferred(self, others: Sequence[dict[str, Any]]) -> bool:
        """Look at what waits when that may have changed: it means looking at the whole outbox."""
        decides = what_decides(self.replica)
        put_off = any(each["verdict"] in ("plugin", "later") for each in others)
        if decides == self.sorted_for and not put_off:
            return False
        self.sorted_for = decides
        return sort_out_deferred(self.replica, decides)

    def _enter_scopes(self, reply: dict[str, Any]) -> None:
        known = get_setting("teams", {})
        if known != reply["scopes"]:
            put_settings(teams=reply["scopes"])
            for path in purge_scopes(self.replica, [*reply["scopes"], COMMUNITY]):
                self.report.notes.append(f"kept unsent work in {path} · 未送出的数据保存在 {path}")

    # -- agreeing ----------------------------------------------------------------------------

    def _agrees(self, step: _Step, reply: dict[str, Any]) -> bool:
        """Whether the digests agree; if not, what differs is noted to be mended, once in a sync."""
        theirs, mine = reply["digests"] or {}, digests([*reply["scopes"], COMMUNITY])
        told = sorted({*step.request["collections"]} & {*reply["collections"]})
        pairs = [
            (scope, name)
            for scope, name in self._pairs(reply, told)
            if theirs.get(scope, {}).get(name) != mine.get(scope, {}).get(name)
        ]
        self.report.differs += pairs
        fresh = [pair for pair in pairs if pair not in self.mended]
        if fresh:
            with self.replica.upkeep():
                note_pending(fresh, reconcile.OFFER if reply["recovering"] else reconcile.RESEND)
        return not fresh

    @staticmethod
    def _pairs(reply: dict[str, Any], names: Iterable[str]) -> list[Pair]:
        """These collections in every scope held; one not entered yet comes by the feed when it is."""
        scopes = [scope for scope in get_setting("teams", {}) if scope in reply["scopes"]]
        return [(scope, name) for scope in [*scopes, COMMUNITY] for name in names]

    def _mend_pending(self) -> None:
        for pair, moved in mend_pending(self.replica, self.post):
            self.report.received += moved
            self.mended.add(pair)

    def _renumber(self) -> None:
        prints = prints_of(Entry.select().where(Entry.state.in_([UNSENT, DEFERRED])))
        request = RenumberRequest(
            prints={str(stamp): print for stamp, print in prints.items()}, known=largest_number()
        )
        frames = read_stream(self.post("/v1/renumber", b"".join(stream(request, []))))
        reply = RenumberReply.load(next(frames, None))
        with self.replica.upkeep():
            take_new_number(self.replica, reply)
        self.replica.token = reply.token
        self.report.notes.append(
            f"this laptop was restored or copied; it is now device {reply.number} · "
            f"本机曾被恢复或复制，现为 {reply.number} 号设备"
        )


def round_request(
    replica: Replica,
    place: dict[str, Any],
    *,
    stamps: Sequence[int],
    unsent: int,
    refused: int,
    pull: bool,
    whole: bool = False,
) -> dict[str, Any]:
    """The envelope of a round as things stand on disk.

    `stamps` are the transactions that go with it, `unsent` and `refused` are changes held.
    """
    settings = get_settings()
    due = pending_collections(settings)
    collections = sorted(replica.collections.keys() - due)
    return {
        "protocol": 1,
        "device": settings["device"],
        "epoch": settings["epoch"],
        "round": place,
        "heads": settings.get("hub_heads", []),
        "clock": replica.now(),
        "version": f"{__version__} {platform.system()}"[:40],
        "collections": collections,
        "cursors": cursors(collections),
        "own_seqs": settings.get("own_seqs", []),
        "former": former_of(stamps),
        "unsent": unsent,
        "refused": refused,
        "due": bool(due),
        "pull": pull,
        "whole": whole,
    }


def to_the_minute(clock: int) -> int:
    """When the last sync was, as it is kept: a sync that changes nothing else writes once a minute."""
    return clock - clock % 60_000


def _taken(outcome: dict[str, Any]) -> int:
    return sum(verdict["verdict"] == "merged" for verdict in outcome["others"])
