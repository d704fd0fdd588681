"""A sync on the laptop: round after round, the phases in their order, until both sides agree.

Each request is one step that may be lost, repeated or interrupted: everything it needs is on disk
before it goes, and what its answer says is taken in by one commit. The hub's `sync.session` answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from filelock import Timeout

from hongxian.engine.scrub import is_due
from hongxian.errors import DeviceRevoked, HongxianError, HubOutOfReach, InUse, NotJoined
from hongxian.model.transaction_id import last_of
from hongxian.text import Text
from hongxian.wire.round import RoundReply, Status
from hongxian.wire.verdicts import Verdict
from hongxian.words.logs import logger, phase
from hongxian_client.replica.cursors import move_cursors
from hongxian_client.replica.files import let_unnamed_go
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.restamp import restamp
from hongxian_client.replica.scrub import scrub
from hongxian_client.replica.todo import Surplus
from hongxian_client.replica.unsent import outbox
from hongxian_client.sync import reconcile
from hongxian_client.sync.feed import take_pages
from hongxian_client.sync.files import carry_files
from hongxian_client.sync.incarnation import enter_other_life
from hongxian_client.sync.line.carrier import Carrier
from hongxian_client.sync.name import note_name
from hongxian_client.sync.news import Known, what_is_told
from hongxian_client.sync.quota_recalls import answer_recalls
from hongxian_client.sync.releases import Seen, exchange
from hongxian_client.sync.report import Report
from hongxian_client.sync.request import (
    Answer,
    Load,
    Step,
    ask,
    read_ahead,
    read_load,
    step_after,
    step_with,
)
from hongxian_client.sync.scopes import enter_scopes, leave, let_handed_in_go, swept
from hongxian_client.sync.unfinished.deferred import (
    Decides,
    set_aside_too_large,
    sort_out_deferred,
    what_decides,
)
from hongxian_client.sync.unfinished.lineage import note_answer, note_head, take_back_attempts
from hongxian_client.sync.unfinished.pending import fetch_damaged, mend_pending, note_pending
from hongxian_client.sync.verdicts import (
    ANEW,
    PUT_BACK,
    count_merged,
    let_land,
    plain_stamps,
    take_verdicts,
)
from hongxian_client.transport.link import Post

log = logger(__name__)
_BACK = Text(
    "本机回到了团队，留下的 {count} 项改动已重新送交",
    "this laptop is of the team again: changes that had stayed here were offered to the hub ({count})",
)
LOCK_SECONDS = 5
STEPS = 100_000
"""Requests in one sync, at most: a bound for what should never happen."""
IN_VAIN = 3
"""Times that unsent work goes out under new stamps and none is taken, before it waits for the next sync."""


Progress = Callable[[int, int], None]
"""Called with (records moved, records left to send)."""


def sync(
    replica: Replica,
    post: Post,
    progress: Progress = lambda moved, left: None,
    known: Known | None = None,
) -> Report:
    """Sync until both sides agree, which they do already where all is as the last sync left it, `known`.

    Raises `HubOutOfReach`, `NotJoined`, `DeviceRevoked`, `InUse`.
    """
    with replica:
        if known is not None and known.holds(replica, post):
            return Report(requests=1, known=known)
    with replica, replica.one_deed(kept=False), _alone(replica), swept(replica):
        before = LaptopState.read()
        replica.asker = before.asker
        if not before.hub_key:
            raise NotJoined()
        if is_due(before, replica.now()):
            scrub(replica)
        carrier = Carrier(post, before.portion)
        sync = _Sync(replica, carrier, progress)
        try:
            with phase(log, "sync") as counts:
                report = sync.run()
                _carry_files(replica, carrier, report)
                sync.exchange_plugins()
                report.known = sync.known()
                counts.update(requests=report.requests, refused=report.refused)
        except HongxianError as error:
            log.info("sync failed=%s", type(error).__name__)
            if isinstance(error, DeviceRevoked):
                leave(replica)
            if isinstance(error, HubOutOfReach) and not carrier.has_left:
                take_back_attempts(replica, before.attempts)
            carrier.remember(replica)
            raise
        carrier.remember(replica)
        back = before.kept_changes - LaptopState.read().kept_changes if before.kept_changes else 0
        if back > 0:
            report.notes.append(_BACK.format(count=back))
        if report.sent or report.received:
            log.info("synced sent=%d received=%d", report.sent, report.received)
        return report


def _carry_files(replica: Replica, carrier: Carrier, report: Report) -> None:
    moved = carry_files(replica, carrier, report.sent + report.received)
    report.files_sent, report.files_received = moved.sent, moved.received
    report.files_left = moved.left
    if report.sent or report.received:
        let_unnamed_go(replica)


@contextmanager
def _alone(replica: Replica) -> Iterator[None]:
    """One sync at a time on one data folder, whatever process runs it."""
    try:
        with replica.sync_lock.acquire(timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise InUse(folder=str(replica.folder)) from None


class _Sync:
    def __init__(self, replica: Replica, carrier: Carrier, progress: Progress) -> None:
        self.replica = replica
        self.carrier = carrier
        self.progress = progress
        self.report = Report()
        self.refused_before = outbox.refused()
        self.mended: set[reconcile.Pair] = set()
        self.left = self.refused = 0
        """Changes in the outbox, counted once: to count them at each step would take ever longer."""
        self.in_vain = 0
        """Answers in a row after which unsent work got new stamps and none of it was taken."""
        self.reply: RoundReply | None = None
        """The last that said how things stand."""
        self.given = False
        """Whether the hub was offered what it asked for."""
        self.is_carried = True
        """Whether no release waits to be fetched or put in place."""
        self.sorted_for: Decides | None = None
        """`what_decides`, when it was last seen what waits."""

    def run(self) -> Report:
        """All of it; where the line gives out, what is not done yet goes on in smaller portions."""
        while True:
            try:
                return self._all_steps()
            except HubOutOfReach as error:
                self.carrier.shrink(error, self.report.sent + self.report.received)
                self.carrier.remember(self.replica)

    def _all_steps(self) -> Report:
        """Step after step; the next request is under way while an answer is taken in."""
        with ThreadPoolExecutor(1) as line:
            step = self._first_step()
            answer = self._begin(line, step)
            for _ in range(STEPS):
                ahead = read_ahead(self.replica, self.carrier.portion, step)
                said = answer()
                if said.reply.status is not Status.OK:
                    self.report.notes += enter_other_life(self.replica, self.carrier, said.reply)
                    self._mend_pending()
                    following = None
                    again = True
                else:
                    following = self._next_step(step, ahead, said)
                    if following:
                        answer = line.submit(self._ask, following).result
                    again = self._take_in(step, said)
                if not following:
                    self.reply = said.reply
                    self._give(said.reply)
                    again = answer_recalls(self.replica) or again
                    if not again and self._agrees(step, said.reply):
                        break
                    following = self._first_step()
                    answer = self._begin(line, following)
                step = following
        refused = outbox.refused()
        self.report.refused = len(refused)
        self.report.waiting = len(refused & self.refused_before)
        return self.report

    def exchange_plugins(self) -> None:
        """See to plugins' releases; a line that gives out under one ends no sync, whose work is done."""
        try:
            news = exchange(self.replica, self.carrier, self.reply) if self.reply else Seen()
            self.report.notes += news.notes
            self.report.plugins += news.plugins
            self.report.program_left = news.goes_on
            self.is_carried &= news.is_done
        except HubOutOfReach as error:
            self.is_carried = False
            if error.carried:
                self.carrier.halve(error.carried)
            log.info("plugins wait for the next sync: %s", type(error).__name__)

    def known(self) -> Known | None:
        """How things stand, once all is done."""
        state, reply = LaptopState.read(), self.reply
        told = what_is_told(self.replica, state)
        if (
            not self.is_carried
            or told is None
            or not reply
            or not reply.news
            or state.orders_told != reply.plugins
        ):
            return None
        return Known(reply.news, told)

    # -- asking ------------------------------------------------------------------------------

    def _begin(self, line: ThreadPoolExecutor, step: Step) -> Callable[[], Answer]:
        """Ask for a first step; in this thread where there is nothing to make ready meanwhile."""
        return line.submit(self._ask, step).result if step.part.more else partial(self._ask, step)

    def _first_step(self) -> Step:
        self._mend_pending()
        state = LaptopState.read()
        self.sorted_for = what_decides(self.replica, state)
        set_aside_too_large(self.replica)
        sort_out_deferred(self.replica, self.sorted_for)
        self.left, self.refused = outbox.open_and_refused()
        load = read_load(self.replica, self.carrier.portion)
        return step_with(
            self.replica,
            state,
            load,
            unsent=self.left,
            refused=self.refused,
            portion=self.carrier.portion,
        )

    def _next_step(self, step: Step, ahead: Load, said: Answer) -> Step | None:
        """What can go before this answer is taken in; None when the answer must be read first."""
        if not step.part.more and said.reply.complete:
            return None
        state = LaptopState.read()
        verdicts = {each.verdict for each in said.reply.outcome.others}
        if verdicts & (ANEW | PUT_BACK) or said.is_far_from(state.clock_offset):
            return None
        return step_after(
            self.replica,
            state,
            step,
            ahead,
            said.reply,
            unsent=self.left,
            refused=self.refused,
            portion=self.carrier.portion,
        )

    def _ask(self, step: Step) -> Answer:
        """In whichever thread."""
        answer = ask(self.replica, self.carrier, step)
        self.report.requests += 1
        return answer

    # -- taking in ---------------------------------------------------------------------------

    def _take_in(self, step: Step, said: Answer) -> bool:
        """Take an answer in by one commit; true when there is more to send or to be told.

        An answer that is not complete bears no digests: taken for the last, all would seem to differ.
        """
        replica, part, reply = self.replica, step.part, said.reply
        outcome = reply.outcome
        with replica.upkeep():
            last = last_of(part.runs)
            if last:
                note_answer(last)
            with phase(log, "verdicts") as counts:
                anew = take_verdicts(replica, part, plain_stamps(part, outcome), outcome)
                counts.update(plain=outcome.plain, others=len(outcome.others))
            with phase(log, "feed") as counts:
                received = take_pages(replica, said.pages)
                counts.update(pages=len(said.pages), rows=received)
            self.report.received += received
            move_cursors(reply.cursors)
            # After the verdicts: what was just agreed may lie elsewhere.
            just_refused = {each.stamp for each in outcome.others}
            self.report.notes += enter_scopes(replica, reply.scopes, reply.circles, just_refused)
            if reply.complete:
                let_land(replica, {*reply.collections} & {*step.request.collections})
            let_handed_in_go(replica)
            state = _keep_facts(reply)
            woken = self._sort_out_deferred(state, outcome.others)
            if anew or said.is_far_from(state.clock_offset):
                restamp(replica, offset=said.offset)
        merged = count_merged(outcome)
        self.report.sent += len(part.transactions) - len(outcome.others) + merged
        self.in_vain = 0 if outcome.plain + merged or not anew else self.in_vain + 1
        self.left = max(self.left - len(part.stamps), 0)
        self.progress(self.report.sent + self.report.received, self.left)
        return not reply.complete or (anew and self.in_vain < IN_VAIN) or woken

    def _sort_out_deferred(self, state: LaptopState, others: Sequence[Verdict]) -> bool:
        """Look at what waits when that may have changed: it means looking at the whole outbox."""
        decides = what_decides(self.replica, state)
        put_off = any(each.verdict in PUT_BACK for each in others)
        if decides == self.sorted_for and not put_off:
            return False
        self.sorted_for = decides
        return sort_out_deferred(self.replica, decides)

    # -- agreeing ----------------------------------------------------------------------------

    def _agrees(self, step: Step, reply: RoundReply) -> bool:
        """Whether the digests agree; if not, what differs is noted to be mended, once in a sync."""
        with phase(log, "digests") as counts:
            pairs = reconcile.differing(step.request, reply)
            counts.update(differ=len(pairs))
        self.report.differs += pairs
        fresh = [pair for pair in pairs if pair not in self.mended]
        if fresh:
            with self.replica.upkeep():
                note_pending(fresh, Surplus.OFFER if reply.recovering else Surplus.RESEND)
        return not fresh

    def _give(self, reply: RoundReply) -> None:
        """Offer what the hub's disk has changed, once in a sync."""
        if reply.wanted and not self.given:
            self.given = True
            reconcile.give(self.replica, self.carrier, reply.wanted)

    def _mend_pending(self) -> None:
        self.report.received += fetch_damaged(self.replica, self.carrier)
        for pair, moved in mend_pending(self.replica, self.carrier):
            self.report.received += moved
            self.mended.add(pair)


def _keep_facts(reply: RoundReply) -> LaptopState:
    """What an answer tells of the hub; returns the state with it."""
    with LaptopState.changing() as state:
        state.community, state.collections = reply.community, reply.collections
        state.sent_out = reply.sent_out
        state.recovering, state.held = reply.recovering, reply.held
        state.grant, state.number = reply.grant or state.grant, reply.number
        note_head(state, reply.head)
        note_name(state)
        if reply.complete:
            state.own_seqs, state.last_sync = [], to_the_minute(reply.clock)
    return state


def to_the_minute(clock: int) -> int:
    """When the last sync was, as it is kept: a sync that changes nothing else writes once a minute."""
    return clock - clock % 60_000
