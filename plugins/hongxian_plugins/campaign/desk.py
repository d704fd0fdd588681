"""A desk for people without a phone: a number on paper and no name; and what went wrong and is to be settled."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateTimeField

from hongxian import (
    Book,
    Keep,
    Record,
    Reference,
    Refused,
    SeriesField,
    Store,
    Text,
    action,
    local_now,
    view,
)
from hongxian.records import team_for
from hongxian.shapes import Button, Print, Table
from hongxian_plugins.campaign.counting import present_session
from hongxian_plugins.campaign.posts import kept_until
from hongxian_plugins.campaign.records import Site


class DeskBook(Book):
    """Books of numbers for the desk."""

    class Meta:
        collection = "campaign.desk_book"
        title = Text("登记号簿", "Books of numbers")
        menu = False


class DeskNumber(Record):
    """Somebody without a phone, by a number."""

    number = SeriesField(
        DeskBook,
        per="day",
        written="{number:03}",
        verbose_name=Text("号码", "Number"),
        help_text=Text("自动生成，不写名字。", "Made by itself; no name is written."),
    )
    session = Reference(
        "campaign.session",
        verbose_name=Text("场次", "Session"),
        index=True,
        help_text=Text("哪一场。", "Which session."),
    )
    site = Reference(
        "campaign.site",
        verbose_name=Text("点位", "Site"),
        index=True,
        help_text=Text("在哪里。", "Where."),
    )
    served = BooleanField(
        verbose_name=Text("已办", "Served"), default=False, help_text=Text("办好了。", "Done.")
    )

    class Meta:
        collection = "campaign.desk"
        title = Text("无手机登记", "Without a phone")
        menu = False
        keep = Keep(until=lambda number: kept_until(number.session))


@action(of=Site, title=Text("无手机登记", "Number without a phone"), icon="ticket-perforated")
def register(store: Store, site: Site) -> Print:
    """The next number, on a slip; no name is asked."""
    session = present_session(store, site.campaign)
    if session is None:
        raise Refused("今天没有场次。", "There is no session today.")
    with store.transaction():
        team = team_for(store)
        number = DeskNumber.number.draw(team)
        made = DeskNumber.create(session=session, site=site, number=number, scope=team)
    told = Text("{number} 号", "Number {number}").format(number=made.number)
    return Print(told, "campaign.desk_slip", made.id)


@action(of=DeskNumber, title=Text("办好了", "Done"), when=lambda each: not each.served)
def serve(store: Store, number: DeskNumber) -> Text:
    """They were served."""
    number.served = True
    number.save()
    return Text("{number} 号办好了", "Number {number} is done").format(number=number.number)


class Issue(Record):
    """What went wrong and is to be settled: no names."""

    site = Reference(
        "campaign.site",
        verbose_name=Text("点位", "Site"),
        index=True,
        help_text=Text("在哪里。", "Where."),
    )
    session = Reference(
        "campaign.session",
        verbose_name=Text("场次", "Session"),
        index=True,
        help_text=Text("哪一场。", "Which session."),
    )
    what = CharField(
        verbose_name=Text("什么事", "What"),
        max_length=200,
        help_text=Text("什么事，不写名字。", "What happened; no names."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "When"), default=local_now, help_text=Text("什么时候。", "When.")
    )
    settled = DateTimeField(
        verbose_name=Text("解决", "Settled"),
        null=True,
        help_text=Text("解决的时刻。", "When it was settled."),
    )

    class Meta:
        collection = "campaign.issue"
        title = Text("问题", "Issues")
        menu = False
        keep = Keep(until=lambda issue: kept_until(issue.session))


@action(of=Site, title=Text("记一个问题", "Note an issue"), asks=[Issue.what])
def note_issue(store: Store, site: Site, what: str) -> Text:
    """What went wrong; it is due until it is settled."""
    session = present_session(store, site.campaign)
    if session is None:
        raise Refused("今天没有场次。", "There is no session today.")
    Issue.create(site=site, session=session, what=what, scope=team_for(store))
    return Text("记下了。", "Noted.")


@action(of=Issue, title=Text("解决了", "Settled"), when=lambda issue: issue.settled is None)
def settle(store: Store, issue: Issue) -> Text:
    """It is settled."""
    issue.settled = local_now(store)
    issue.save()
    return Text("解决了。", "Settled.")


@view(of=Site, title=Text("登记与问题", "Desk and issues"))
def desk(store: Store, site: Site) -> Table:
    """Who waits at the desk, by number, and what is to be settled."""
    session = present_session(store, site.campaign)
    of_now = session.id if session else ""
    waiting = DeskNumber.select().where(
        DeskNumber.site == site.id,
        DeskNumber.session == of_now,
        DeskNumber.served == False,  # noqa: E712
    )
    open_ones = Issue.select().where(Issue.site == site.id, Issue.settled.is_null())
    rows: list[list[object]] = [
        [
            DeskNumber._meta.title,
            each.number,
            Button(Text("办好了", "Done"), "campaign.serve", id=each.id, at_once=True),
        ]
        for each in waiting.order_by(DeskNumber.id)
    ]
    rows += [
        [
            Issue._meta.title,
            each.what,
            Button(Text("解决了", "Settled"), "campaign.settle", id=each.id, at_once=True),
        ]
        for each in open_ones.order_by(Issue.id)
    ]
    return Table([Text("种类", "Kind"), Text("内容", "What"), ""], rows)
