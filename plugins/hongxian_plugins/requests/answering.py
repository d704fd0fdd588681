"""What came of it: done, told to whoever reported, rated by their own word, filed, or opened again."""

from __future__ import annotations

from datetime import timedelta

from hongxian import Refused, Store, Text, action, local_now, step
from hongxian.records import asked_as
from hongxian.shapes import Masked
from hongxian_plugins.requests.clock import due_on
from hongxian_plugins.requests.going import WHY, give_back
from hongxian_plugins.requests.kept.flow import ANSWERED, OPEN
from hongxian_plugins.requests.kept.lines import note
from hongxian_plugins.requests.kept.people import Reporter, not_heard
from hongxian_plugins.requests.kept.records import Request, put
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.reporting import group_of


@step(Request, "finish", asks=[asked_as(Request.result, null=False), Request.after])
def finish(store: Store, request: Request, result: str, after: object) -> Text | None:
    """It is done, and with it all that are linked; each of their reporters is to hear."""
    request.result, request.answered_at = result, local_now(store)
    request.after = after or request.after  # type: ignore[assignment]
    note(store, request, "finish", result)
    others = [e for e in group_of(request) if e.id != request.id and e.state in OPEN]
    for each in others:
        told = {"state": "done", "result": result, "answered_at": request.answered_at}
        store.edit(Request, {each.id: told})
        note(store, each, "finish", f"{request.number}：{result}")
    all_ = Text("连同 {n} 件；都要回告", "with {n} more; all are to hear")
    return all_.format(n=len(others)) if others else None


def whom_to_tell(request: Request) -> list[object] | None:
    """Who is to be called now, with their telephone."""
    waits = not_heard(request)
    cells = ((each.called, Masked(each.reached_by, Reporter, each.id)) for each in waits)
    return [cell for pair in cells for cell in pair] or None


@action(
    of=Request,
    title=Text("回告居民", "Tell the resident"),
    next=whom_to_tell,
    when=lambda request: request.state in ANSWERED,
    asks=[Request.rating],
)
def heard(store: Store, request: Request, rating: str | None) -> Text:
    """They heard what came of it; a grade only if they gave one."""
    with store.transaction():
        if rating and request.state == "done":
            graded(store, request, rating)
        else:
            hears(store, request)
    return Text("已记", "Noted")


@step(Request, "rate", asks=[asked_as(Request.rating, null=False)])
def rate(store: Store, request: Request, rating: str) -> None:
    """The resident's own word, one of five; nobody's silence is one."""
    request.rating = rating
    hears(store, request)
    note(store, request, "rate", rating)


def graded(store: Store, request: Request, rating: str) -> None:
    """The same, as a step that is taken."""
    rate(store, request, rating)
    put(request, "rated")


def hears(store: Store, request: Request) -> None:
    """Those who reported it have heard."""
    for each in Reporter.select().where(
        Reporter.request == request.id, Reporter.heard_at.is_null()
    ):
        each.heard_at = local_now(store)
        each.save()
    note(store, request, "heard")


@step(Request, "archive")
def archive(store: Store, request: Request) -> None:
    """It is filed; who reported it is erased in time."""
    note(store, request, "archive")


@step(Request, "reopen", asks={"reason": WHY})
def reopen(store: Store, request: Request, reason: str) -> Text:
    """Within its days by anybody: another turn, with a day of its own."""
    days = RequestRules.now(store).reopen_days
    if request.answered_at and local_now(store) - request.answered_at > timedelta(days=days):
        raise Refused(
            "办结已过 {days} 天；请另报一件，再和这件连起来。",
            "It was done more than {days} {days:day|days} ago: report it anew and link the two.",
            days=days,
        )
    give_back(request)
    request.turn += 1
    request.rating = request.archived_on = None
    for each in Reporter.select().where(Reporter.request == request.id):
        each.heard_at = None
        each.save()
    request.due_again = due_on(store, local_now(store), request.urgency)
    note(store, request, "reopen", reason)
    return Text("{by} 前", "by {by}").format(by=request.due_again)
