"""What waits for a person at this laptop, of every kind: lines that each lead to where it is solved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.collections.builtin import Task
from hongxian.collections.local_time import local_now, local_today
from hongxian.kit.duties import Due, Told, all_duties, due_by_now
from hongxian.model.row import WRITTEN_BY
from hongxian.model.stamp import ClockWrong, milliseconds_of
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import label_of, said_moment, titles_of
from hongxian_client.desk.offers.join_page import waiting_twice
from hongxian_client.desk.records.tasks import TASKS, record_of
from hongxian_client.desk.review.due import lines_of
from hongxian_client.desk.review.rejections import shown_rejection
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState, count_transactions
from hongxian_client.review import attention, conflicts
from hongxian_client.review.asks import COMES_WITH_THE_SYNCS, open_asks
from hongxian_client.review.missing_plugins import missing_plugins
from hongxian_client.text.format import moment
from hongxian_web import words

MOST = 200
"""Lines of one kind that the page has; those that are solved make room for the others."""
COUNT_KEPT = 15_000
"""Milliseconds for which the menu's count of duties holds while nothing is written on this laptop."""


@dataclass(frozen=True)
class Act:
    """What is likely done about it, by one press: a page to go to, or with `sends` a form of one button."""

    label: str
    url: str
    sends: bool = False
    place: str = ""
    """What the form sends beside its token."""


@dataclass(frozen=True)
class Waiting:
    """One line; `url` is where it is solved, "" where there is nothing to be done here."""

    icon: str
    tone: str
    what: Markup | str
    url: str = ""
    note: Markup | str = ""
    act: Act | None = None
    said: Markup | str = ""
    """Of what kind it is, for who looks elsewhere; "" while it is not to be heard of."""


def count_waiting(replica: Replica) -> int:
    """How many lines wait by today, for the menu of every page."""
    tasks = Task.select().where(Task.done == False).count()  # noqa: E712
    return int(
        count_transactions(EntryState.REFUSED)
        + conflicts.count_open()
        + tasks
        + len(missing_plugins(replica).said)
        + _count_due(replica)
    )


def _count_due(replica: Replica) -> int:
    """Every plugin tells its duties anew, which is much for each page: what it came to is kept a moment."""
    desk, stamp = current_desk(), LaptopState.read().last_stamp
    try:
        now = replica.now()
        if desk.due is None or desk.due[1] != stamp or not 0 <= now - desk.due[0] < COUNT_KEPT:
            twice = list(waiting_twice(replica, ""))
            desk.due = now, stamp, len(_due(replica)[0]) + len(twice)
    except ClockWrong:  # every page tells of it; nothing is due on a day that nobody knows
        return 0
    return desk.due[2]


def waiting(replica: Replica, most: int = MOST) -> Iterator[Waiting]:
    """What waits by today, the most pressing kind first, of each kind as many as are asked for."""
    yield from islice(_refused(replica), most)
    yield from islice(_conflicts(replica), most)
    yield from islice(_duties(replica, _due(replica)[0], late=True), most)
    yield from (
        Waiting("puzzle", "wait", words.marked(each)) for each in missing_plugins(replica).said
    )
    yield from islice(_tasks(replica), most)
    yield from islice(_twice(replica), most)


def coming(replica: Replica) -> Iterator[Waiting]:
    """The duties of the days ahead."""
    yield from _duties(replica, _due(replica)[1], late=False)


def count_coming(replica: Replica) -> int:
    """How many they are."""
    return len(_due(replica)[1])


def goes_by_itself(replica: Replica) -> Iterator[Waiting]:
    """What stepped aside and needs no one: it goes out by itself."""
    for rejected in attention.rejected_transactions():
        if rejected.state in (EntryState.DEFERRED, EntryState.HELD, EntryState.KEPT):
            yield _stepped_aside(replica, rejected, "clock", "plan")


def asked_for(replica: Replica) -> Iterator[Waiting]:
    """What this laptop asks of others: it comes with the syncs, and its line leaves by itself."""
    for each in open_asks(replica):
        about = record_of(replica, each.collection, each.record)
        what = words.filled(
            _("%(record)s: %(amount)s %(unit)s asked for"),
            record=about[0] if about else replica.title_of(each.collection),
            amount=each.amount,
            unit=each.unit,
        )
        act = Act(_("Ask no more"), url_for("review.ask_no_more", id=each.id), sends=True)
        note = words.marked(COMES_WITH_THE_SYNCS)
        yield Waiting("clock", "plan", what, about[1] if about else "", note, act)


def _refused(replica: Replica) -> Iterator[Waiting]:
    for rejected in attention.rejected_transactions():
        if rejected.state in (EntryState.REFUSED, attention.BUMPED, attention.ERASED):
            yield _stepped_aside(replica, rejected, "exclamation-circle-fill", "stop")


def _stepped_aside(replica: Replica, rejected: attention.Rejected, icon: str, tone: str) -> Waiting:
    shown = shown_rejection(replica, rejected)
    change, page = shown.changes[0], url_for("review.rejection", number=rejected.number)
    act = Act(_("Look at it"), page)
    if shown.free:
        take = url_for("review.take", number=rejected.number)
        act = Act(_("Take %(key)s", key=shown.free[0].title), take, sends=True, place="0")
    elif shown.erased:
        act = Act(
            _("I have seen it"), url_for("review.discard", number=rejected.number), sends=True
        )
    elif change.may_correct and not shown.waits and not shown.deletes:
        act = Act(_("Correct it"), change.correction)
    about = change.name or change.title
    why = shown.reasons[0][1] if shown.reasons else shown.state
    person = next(
        (who for each in rejected.entries if (who := each.as_change().values.get(WRITTEN_BY))), ""
    )
    when = said_moment(moment(milliseconds_of(rejected.stamp)))
    what = words.filled(_("%(about)s: %(why)s"), about=about, why=words.marked(why))
    said = _of_kind(replica, rejected.entries[0].collection, _("%(kind)s: a change was refused"))
    return Waiting(icon, tone, what, page, _noted(person, when), act, said)


def _conflicts(replica: Replica) -> Iterator[Waiting]:
    for each in conflicts.open_conflicts():
        collection = replica.collections.get(each.collection)
        name = titles_of(replica, each.collection, [each.record]).get(each.record, "")
        page = url_for("review.open_conflicts", at=each.id)
        stamp = max(each.kept_stamp, each.lost_stamp)
        yield Waiting(
            "arrow-left-right",
            "wait",
            words.filled(
                _("%(record)s: %(field)s has two values"),
                record=name or (words.shown(collection.title) if collection else each.collection),
                field=label_of(collection, each.field),
            ),
            page,
            said_moment(moment(milliseconds_of(stamp))),
            Act(_("Choose one"), page),
            _of_kind(replica, each.collection, _("%(kind)s: two values to choose from")),
        )


def _tasks(replica: Replica) -> Iterator[Waiting]:
    """A rule's task closes once the record says so; any other when a person says that it is done."""
    open_ones = Task.select().where(Task.done == False).order_by(Task.id.desc())  # noqa: E712
    for each in open_ones.limit(MOST):
        there = record_of(replica, each.collection, each.record)
        page = there[1] if there else url_for("records.show", name=TASKS, id=each.id)
        act = Act(_("Done"), url_for("review.done", id=each.id), sends=True)
        if each.rule:
            act = Act(_("Look at it"), page)
        name = words.marked(there[0]) if there else ""
        said = _of_kind(replica, each.collection or TASKS, _("%(kind)s: something to look into"))
        yield Waiting("exclamation-circle", "wait", words.marked(each.text), page, name, act, said)


def _twice(replica: Replica) -> Iterator[Waiting]:
    """Records that are probably of one, each pair with the page that lays both side by side."""
    for pair, page in waiting_twice(replica, url_for("review.rejections")):
        what = words.filled(_("%(name)s may be here twice"), name=words.marked(pair.title))
        note = words.marked(pair.why)
        yield Waiting("people", "wait", what, page, note, Act(_("Compare"), page))


def duties_told(replica: Replica) -> Told:
    """What every plugin tells, asked once a minute while nothing is written, for all pages that show some of it."""
    minute = local_now(replica).replace(second=0)
    return replica.database.kept(all_duties, lambda: all_duties(replica), at=minute)


def _due(replica: Replica) -> tuple[list[Due], list[Due]]:
    """The duties whose day has come, and those ahead."""
    today = local_today(replica)
    found = due_by_now(replica, replica.teams(), duties_told(replica))
    return [each for each in found if each.on <= today], [each for each in found if each.on > today]


def _duties(replica: Replica, dues: list[Due], *, late: bool) -> Iterator[Waiting]:
    for each in lines_of(replica, dues, local_now(replica)):
        note = _noted(each.about, each.whose, f"{each.hour} {each.left}".strip())
        act = Act(_("See to it"), each.url) if each.url else None
        tone = "stop" if each.is_late else "wait" if late else "plan"
        said = _of_kind(replica, each.kind or TASKS, _("%(kind)s: something is due"))
        yield Waiting(
            "hourglass-split",
            tone,
            each.title,
            each.url,
            note,
            act,
            said if each.has_come else "",
        )


def _of_kind(replica: Replica, name: str, said: str) -> Markup:
    """A few words in which what people call a collection is filled in."""
    return words.filled(said, kind=replica.title_of(name))


def _noted(*parts: Markup | str) -> Markup:
    """Who and when, of what is known."""
    return Markup(" · ").join(words.marked(each) for each in parts if each)
