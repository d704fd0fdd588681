"""A report in twenty seconds: what, where, and who wants to hear; and what may be there already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hongxian import Reference, Refused, Store, Text, action, local_now
from hongxian.entries import Alike, entry
from hongxian.records import COMMUNITY, Somebody, asked_as
from hongxian.shapes import Link
from hongxian_plugins.requests.clock import due_on
from hongxian_plugins.requests.kept.flow import REQUEST
from hongxian_plugins.requests.kept.kinds import kind_said
from hongxian_plugins.requests.kept.lines import note
from hongxian_plugins.requests.kept.people import Reporter
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules
from hongxian_plugins.requests.teams import reporters_scope

TELEPHONE = re.compile(r"(?<!\d)1\d{2}[ -]?\d{4}[ -]?\d{4}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
ROOM = re.compile(r"[\s,，]*\d+\s*单元.*|[\s,，]*\d+\s*室.*|(?<=幢)\s*[-–—]?\s*\d.*")
"""What of a place leads to one door, and so is the reporter's alone."""
_HIDDEN = "（电话见诉求人）"
_MOST = 4


def in_public(title: str, place: str) -> tuple[str, str, str | None, str | None]:
    """What everybody may see of a report, and the telephone and the address that stood in it."""
    title = IDENTITY.sub("", title)
    found = TELEPHONE.search(title)
    address = place if ROOM.search(place) else None
    public = (ROOM.sub("", place) or place) if address else place
    return TELEPHONE.sub(_HIDDEN, title), public, found and found[0], address


def folded(place: str) -> str:
    """A place without what people type differently."""
    return re.sub(r"[\s·,，。.、号]+", "", unicodedata.normalize("NFKC", place)).casefold()


def alike_to(store: Store, kind: str, place: str, but: str = "") -> Iterator[Request]:
    """What was reported of one kind at one place of late, closed ones too, the newest first."""
    since = local_now(store) - timedelta(days=RequestRules.now(store).double_days)
    wanted = folded(in_public("", place)[1])
    of_late = Request.select().where(
        Request.kind == kind, Request.reported_at >= since, Request.id != but
    )
    for each in of_late.order_by(Request.id.desc()) if len(wanted) > 1 else ():
        there = folded(each.place)
        if there and (wanted in there or there in wanted):
            yield each


def _known(store: Store, kind: str | None, place: str | None, title: str | None) -> Iterator[Alike]:
    why = Text("几天内同类同地已经报过", "Reported of late, of this kind, here")
    for each in [*alike_to(store, kind or kind_said(title or ""), place or "")][:_MOST]:
        photo = Text("，有照片", ", with a photo") if each.photo else Text.of("")
        told = Text(
            "{number} {place} {day} {state}{photo}", "{number} {place} {day} {state}{photo}"
        )
        told = told.format(
            number=each.number or "",
            place=each.place,
            day=each.reported_at.date(),
            state=REQUEST.title_of(each.state),
            photo=photo,
        )
        yield Alike(why, each.title, Request, each.id, told)


@entry(
    makes=Request,
    title=Text("报一件事", "Report something"),
    icon="megaphone",
    asks={
        "title": Request.title,
        "place": Request.place,
        "kind": asked_as(
            Request.kind,
            default=None,
            null=True,
            help_text=Text("留空按内容认。", "Empty: as the words sound."),
        ),
        "urgency": Request.urgency,
        "photo": Request.photo,
        "name": Reporter.name,
        "phone": Reporter.phone,
        "address": Reporter.address,
        "channel": Request.channel,
        "outside_no": Request.outside_no,
        "reported_at": Request.reported_at,
        "due": Request.due,
    },
    parts={
        "name": Text("谁要听回音（可不留）", "Who is to hear (may be empty)"),
        "channel": Text("别处转来的", "From elsewhere"),
    },
    alike=_known,
    each_row=True,
    card=True,
)
def report(
    store: Store,
    title: str,
    place: str,
    kind: str | None = None,
    urgency: str = "ordinary",
    photo: object = None,
    name: Somebody | None = None,
    phone: str | None = None,
    address: str | None = None,
    channel: str = "here",
    outside_no: str | None = None,
    reported_at: datetime | None = None,
    due: date | None = None,
) -> Link:
    """Write down a matter for all, and who reported it for the team alone; the clock starts."""
    title, place, found, door = in_public(title, place)
    moment = reported_at or local_now(store)
    promised = due_on(store, moment, urgency)
    with store.transaction():
        request = Request.create(
            number=Request.number.draw(COMMUNITY, on=moment.date()),
            kind=kind or kind_said(title),
            place=place,
            title=title,
            urgency=urgency,
            photo=photo,
            channel=channel,
            outside_no=outside_no,
            reported_at=moment,
            due=min(due, promised) if due else promised,
        )
        keep_reporter(store, request, name, phone or found, address or door)
        note(store, request, "report")
    return Link(told_to_reporter(store, request), Request, request.id)


def keep_reporter(
    store: Store, request: Request, name: Somebody | None, phone: str | None, address: str | None
) -> None:
    """Who is to hear what comes of it, if they left anything to be reached by and a team is there to know it."""
    scope = reporters_scope(store)
    if scope and (name or phone or address):
        Reporter.create(request=request.id, name=name, phone=phone, address=address, scope=scope)


def told_to_reporter(store: Store, request: Request) -> Text:
    """Under which number it stands, and by which code it is followed."""
    told = Text("报上了：{number}，查询码 {track}", "Reported: {number}, code {track}")
    if request.urgency == "danger":
        told = Text(
            "有危险：请先打 {calls}。{number} 已登记，查询码 {track}",
            "Danger: call {calls} first! {number} is written down, code {track}",
        )
    calls = RequestRules.now(store).hotlines
    return told.format(number=request.number, track=request.track, calls=calls)


@action(
    of=Request,
    title=Text("又有人报这件", "Somebody else reports it"),
    asks=[Reporter.name, Reporter.phone],
)
def again(store: Store, request: Request, name: Somebody | None, phone: str | None) -> Link:
    """One more report of the same: with a number of its own, linked, and due no later."""
    with store.transaction():
        other = Request.create(
            number=Request.number.draw(COMMUNITY),
            due=due_on(store, local_now(store), request.urgency),
            **{each: getattr(request, each) for each in ("kind", "place", "title", "urgency")},
        )
        keep_reporter(store, other, name, phone, None)
        note(store, other, "report")
        _link(store, other, request)
    return Link(told_to_reporter(store, other), Request, other.id)


@action(
    of=Request,
    title=Text("和另一件是同一件", "The same as another"),
    when=lambda request: request.same_as is None,
    asks={"other": Reference("requests.request", verbose_name=Text("另一件", "The other"))},
)
def link(store: Store, request: Request, other: str) -> Text:
    """Two reports of one thing: each keeps its number, both have the earlier day, and both are told."""
    with store.transaction():
        first = Request.get_by_id(other)
        _link(store, request, first)
    told = Text(
        "{one} 与 {other} 是同一件，{due} 前一起办；两边都要回告。",
        "{one} and {other} are one matter, by {due}; both are to hear.",
    )
    return told.format(one=request.number, other=first.number, due=first.by)


def _link(store: Store, request: Request, first: Request) -> None:
    first = root_of(first)
    if first.id == request.id:
        raise Refused("这两件已经连在一起了。", "The two are linked already.")
    earlier = min(each.due for each in (request, first) if each.due)
    request.same_as, request.due = first.id, earlier
    request.save()
    if first.due != earlier:
        first.due = earlier
        first.save()
    for each, other in ((request, first), (first, request)):
        note(store, each, "link", other.number)


def root_of(request: Request) -> Request:
    """The first of the linked ones."""
    seen = {request.id}
    while request.same_as and request.same_as not in seen:
        seen.add(request.same_as)
        above = Request.get_or_none(Request.id == request.same_as)
        if above is None:
            break
        request = above
    return request


def group_of(request: Request) -> list[Request]:
    """It and all that are linked with it."""
    found, new = {}, [root_of(request)]
    while new:
        found.update({each.id: each for each in new})
        below = Request.select().where(Request.same_as.in_([each.id for each in new]))
        new = [each for each in below if each.id not in found]
    return sorted(found.values(), key=lambda each: str(each.id))
