"""What waits: the first word, a team's answer, the day itself, what others said, and who is to hear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Due, Store, Text, local_now, reminder
from hongxian.notices import Notice, notice
from hongxian_plugins.requests.board import told_of, who_waits
from hongxian_plugins.requests.clock import by_of, hours_after, percent_gone
from hongxian_plugins.requests.kept.flow import AT_A_TEAM
from hongxian_plugins.requests.kept.kinds import UNSATISFIED
from hongxian_plugins.requests.kept.lines import Outside
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.teams import scope_named

_ASK_AGAIN = timedelta(days=3)
AHEAD = 30
"""Days of the longest promise: what is half gone stands on Today however far its day is."""


@reminder(ahead=AHEAD)
def at_the_dispatcher(store: Store) -> Iterator[Due]:
    """The first word within its hours, and what came back; on the dispatcher's laptops if they are named."""
    rules = RequestRules.now(store)
    to = scope_named(store, rules.dispatcher) if rules.dispatcher else ""
    if to is None:
        return
    for each in Request.select().where(Request.state.in_(("reported", "bounced"))):
        told = Text("回应：{what}", "First word: {what}")
        moment = hours_after(each.reported_at, rules.first_word_hours)
        if each.state == "bounced":
            told, moment = Text("退单，再派：{what}", "Sent back: {what}"), local_now(store)
        yield Due(moment, told.format(what=told_of(each)), each, to=to)


@reminder(ahead=AHEAD)
def at_the_team(store: Store) -> Iterator[Due]:
    """To be taken within its hours, then by its day: told once half and most of its time are gone."""
    rules, now = RequestRules.now(store), local_now(store)
    for each in Request.select().where(Request.state.in_(AT_A_TEAM)):
        scope, by = scope_named(store, each.team), by_of(store, each)
        if scope is None:
            continue
        gone = percent_gone(each, by, now)
        if each.state == "dispatched" and each.dispatched_at:
            moment = hours_after(each.dispatched_at, rules.accept_hours)
            told = Text("接单或退单：{what}", "Take it or send it back: {what}")
            yield Due(moment, told.format(what=told_of(each)), each, to=scope)
        elif gone >= rules.look_percent:
            told = Text("办结（时限已过 {gone}%）：{what}", "Finish ({gone} % gone): {what}")
            past = rules.press_percent if gone >= rules.press_percent else rules.look_percent
            yield Due(by, told.format(what=told_of(each), gone=min(past, 100)), each, to=scope)


@reminder()
def who_is_to_hear(store: Store) -> Iterator[Due]:
    """Whoever reported hears what came of it; who is not satisfied is called."""
    for reporter, request in who_waits():
        day = (request.answered_at or request.reported_at).date()
        told = Text("回告居民：{what}", "Tell the resident: {what}")
        yield Due(day, told.format(what=told_of(request)), request, to=reporter.scope)
    for each in Request.select().where(Request.state == "rated", Request.rating.in_(UNSATISFIED)):
        scope = scope_named(store, each.team)
        if scope is not None:
            told = Text("不满意，请打电话：{what}", "Dissatisfied, call them: {what}")
            yield Due(local_now(store).date(), told.format(what=told_of(each)), each, to=scope)


@reminder()
def what_others_say(store: Store) -> Iterator[Due]:
    """What was passed on is asked about until they answer."""
    waits = list(Outside.select().where(Outside.over == False, Outside.heard.is_null()))  # noqa: E712
    of = {r.id: r for r in Request.select().where(Request.id.in_([o.request for o in waits]))}
    for each in waits:
        request = of.get(each.request)
        if request is not None and request.state == "passed":
            told = Text("问转办结果：{what}", "Ask what became of it: {what}")
            day = each.sent_on + _ASK_AGAIN
            yield Due(day, told.format(what=told_of(request)), request, to=each.scope)


@notice()
def dangers(store: Store) -> Iterator[Notice]:
    """A danger that was just reported."""
    for each in Request.select().where(Request.state == "reported", Request.urgency == "danger"):
        yield Notice(Text("有一件危险的报事", "A danger was reported"), each)
