"""A sync round as the hub answers it: the phases in their order. The laptop's `sync.session` asks."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.wire.page import ROW_BYTES, Page
from hongxian.wire.round import RoundReply, RoundRequest, Status
from hongxian.wire.verdicts import Outcome
from hongxian.words.logs import logger, phase
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.membership.grants import grant_of, learn, news_in
from hongxian_server.quota.transfer import take_rights_back
from hongxian_server.quota.usage import is_owed
from hongxian_server.sync import heads
from hongxian_server.sync.feed import NO_HELPING, feed_for
from hongxian_server.sync.incarnation import asks_for_offers, came_back, start_epoch
from hongxian_server.sync.news import NO_TOKEN, facts_for, news_for, scopes_seen
from hongxian_server.sync.request import sent_out_without, status_of, told_by
from hongxian_server.sync.verdicts import decide
from hongxian_server.tables.access import Incarnation, incarnation_if_known
from hongxian_server.tables.damaged import wanted_of

log = logger(__name__)
Reply = tuple[RoundReply, list[bytes]]
"""The answer, and the encoded pages behind it."""
WANTED = 500
"""Records of which one answer asks for a copy, at most."""
SEEN_MILLISECONDS = 30_000
"""When a laptop was last seen is kept to within so long: a round that tells
nothing else writes nothing."""


def run_round(hub: Hub, by: Incarnation, request: RoundRequest, pages: Sequence[Page]) -> Reply:
    """One round."""
    if not pages:
        with hub.database.snapshot():
            by, state = _as_it_is(by), HubState.read()
            if _changes_nothing(hub, by, state, request):
                return _answer(hub, by, state, request, Status.OK, Outcome(), grant="")
    with hub.separately() as transaction:
        by, outcome = _as_it_is(by), None
        state = HubState.read()
        news = news_in(hub, by.laptop, request.grant)
        if news:
            learn(hub, by.laptop, news)
        head = heads.news_in(hub, state, request.head)
        if head:
            transaction.clock.observe(head.stamp)
            if heads.is_lost(state, head):
                start_epoch(hub, head, request.heads)
                state = HubState.read()
        status = status_of(by, state, request)
        if status is Status.OK:
            with phase(log, "verdicts") as counts:
                outcome = decide(hub, by, request, pages, transaction)
                counts.update(plain=outcome.plain, others=len(outcome.others))
            came_back(hub, state, by)
            devices.call_itself(by, request.name)
    if news and news.ended:
        take_rights_back(hub)
    if status is not Status.OK:
        log.info("round device=%d status=%s", by.number, status)
    with hub.database.snapshot():
        grant = grant_of(hub, by.laptop, request.grant)
        return _answer(hub, by, HubState.read(), request, status, outcome, grant)


def _as_it_is(by: Incarnation) -> Incarnation:
    return incarnation_if_known(by.id) or by


def _changes_nothing(hub: Hub, by: Incarnation, state: HubState, request: RoundRequest) -> bool:
    """Whether a round that carries nothing leaves the hub as it is, so that it need not write."""
    return (
        not state.recovering
        and not by.left_behind
        and not grant_of(hub, by.laptop, request.grant)  # it is told again by one that writes
        and not heads.news_in(hub, state, request.head)
        and status_of(by, state, request) is Status.OK
        and hub.now() - (by.last_seen or 0) < SEEN_MILLISECONDS
        and request.name in ("", by.name)
        and all(getattr(by, name) == value for name, value in told_by(hub, by, request).items())
        and not is_owed(by.id)
    )


def _answer(
    hub: Hub,
    by: Incarnation,
    state: HubState,
    request: RoundRequest,
    status: Status,
    outcome: Outcome | None,
    grant: str,
) -> Reply:
    facts = facts_for(hub, by, state)
    seen = scopes_seen(facts["scopes"], facts["circles"])
    helping = NO_HELPING
    if outcome is not None and request.pull:
        with phase(log, "feed") as counts:
            helping = feed_for(hub, seen, request, outcome, state.seq)
            size = sum(map(len, helping.pages))
            counts.update(rows=helping.rows, pages=len(helping.pages), bytes=size)
    wanted = min(WANTED, request.portion // (2 * ROW_BYTES))
    reply = RoundReply(
        **facts,
        status=status,
        clock=hub.now(),
        head=heads.told_head(hub, state),
        grant=grant,
        sent_out=sent_out_without(hub, request),
        recovering=asks_for_offers(by, state),
        outcome=outcome or Outcome(),
        cursors=helping.cursors,
        complete=helping.complete,
        digests=helping.digests,
        wanted=(wanted_of(seen, request.collections, wanted) if state.damaged else {}),
        news=news_for(by, state, facts) if helping.complete else NO_TOKEN,
    )
    return reply, helping.pages
