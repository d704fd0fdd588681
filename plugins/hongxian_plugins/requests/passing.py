"""What a request gives others and hears of them: matters, outcomes, taken times, presences."""

from __future__ import annotations

from datetime import timedelta

from hongxian import Seen, Store, Text, gives, takes
from hongxian.contracts import Matter, Outcome, Presence, Slot
from hongxian.records import same_id
from hongxian_plugins.requests.kept.kinds import INSIDE, kind_of
from hongxian_plugins.requests.kept.lines import Outside, Step, note
from hongxian_plugins.requests.kept.people import Ask
from hongxian_plugins.requests.kept.records import Request

_AN_HOUR = timedelta(hours=1)
_KINDS = dict(INSIDE)


@gives(Matter, of=Outside, through=("request",), day="request.reported_at")
def matter_of(outside: Outside, seen: Seen) -> Matter | None:
    """What another system is to take; what went to a body outside is nobody's here."""
    request = seen.get(Request, outside.request)
    if request is None or outside.to not in _KINDS:
        return None
    return Matter(
        title=f"{request.number or ''} {request.title}".strip(),
        place=request.place,
        kind=outside.to,
        reported=request.reported_at.date(),
    )


@takes(Outcome)
def hear(store: Store, source: str, outcome: Outcome | None) -> None:
    """What they answered is a step, once; what is settled there is done here."""
    outside = outcome and Outside.get_or_none(Outside.id == outcome.matter)
    if not outcome or not outside:
        return
    id = same_id("requests.step", source, outcome.said, str(outcome.settled))
    request = Request.get_or_none(Request.id == outside.request)
    if request is None or Step.select().where(Step.id == id).exists():
        return
    with store.transaction():
        outside.heard, outside.over = outcome.said, outcome.settled
        outside.save()
        note(store, request, "outcome", outcome.said, id=id)
        if outcome.settled and request.state == "passed":
            request.state, request.result = "done", outcome.said
            request.answered_at = note(store, request, "finish", outcome.said).at
            request.save()


@gives(Slot, of=Ask, through=("request",), person="volunteer", day="begins")
def slot_of(ask: Ask, seen: Seen) -> Slot | None:
    """An hour that somebody promised is taken."""
    request = seen.get(Request, ask.request)
    if request is None or ask.say != "yes" or ask.begins is None:
        return None
    return Slot(
        begins=ask.begins,
        ends=ask.ends or ask.begins + _AN_HOUR,
        title=_called(request),
        place=request.place,
        person=ask.volunteer or "",
    )


@gives(Presence, of=Ask, through=("request",), person="volunteer", day="begins")
def presence_of(ask: Ask, seen: Seen) -> Presence | None:
    """Who went, once somebody confirmed from when to when."""
    request = seen.get(Request, ask.request)
    if request is None or not (ask.volunteer and ask.confirmed_by and ask.begins and ask.ends):
        return None
    return Presence(
        person=ask.volunteer,
        begins=ask.begins,
        ends=ask.ends,
        about=request.id,
        activity=_called(request),
        day=ask.begins.date(),
        place=request.place,
        kind="visit" if kind_of(request.kind).at_home else "other",
        confirmed_by=ask.confirmed_by,
        void=Text("报事时长作废", "voided").zh if ask.voided else "",
    )


def _called(request: Request) -> str:
    """Its number and its kind: what a resident said stays out of other systems' titles."""
    return f"{request.number or ''} {Text.of(kind_of(request.kind).title).zh}".strip()
