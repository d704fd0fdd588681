"""What to look at first: which offer answers which want, what is due, what was promised; a member's page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from hongxian import Store, Text, local_today, view
from hongxian.days import day_in_words
from hongxian.shapes import Beside, Board, Button, Facts, Go, Head, Held, Link, Table, Tag
from hongxian_plugins.alliance.meetings import Promise
from hongxian_plugins.alliance.members import Agreement, Member
from hongxian_plugins.alliance.offers import Match, Offer, Want
from hongxian_plugins.alliance.states import GIVES, OFFER

MOST_WANTS = 8
"""Columns of the plan: the wants that are due first."""
_MATCH = Text("对接", "Match")


@view(title=Text("资源对需求", "Offers and wants"))
def matching(store: Store) -> Beside:
    """What fits: for each want the offers that may answer it, one press each."""
    offers, wants, matches = _open()
    rows = [
        [
            Link(want.title, Want, want.id),
            want.by,
            Link(offer.title, Offer, offer.id),
            offer.pieces,
            Button(_MATCH, "alliance.pair", {"offer": offer.id, "want": want.id}, at_once=True),
        ]
        for want, offer in suggestions(offers, wants, matches)
    ]
    heads = [Want.title, Want.by, Offer.title, Offer.pieces]
    table = Table(
        [*(each.verbose_name for each in heads), _MATCH],
        rows,
        note="" if rows else Text("没有能对上的", "Nothing fits now"),
    )
    return Beside(
        [table],
        note=Text("资源 {o} · 需求 {w}", "Offers {o} · wants {w}").format(
            o=len(offers), w=len(wants)
        ),
        presses=[
            Button(Text("登记资源", "New offer"), "alliance.new_offer", icon="plus"),
            Go(Text("对照表", "The plan"), view="alliance.plan", icon="grid-3x3"),
            Go(Text("待办的", "What is due"), view="alliance.owed", icon="clock"),
            Go(Text("会议承诺", "Promises"), view="alliance.promises", icon="clipboard"),
            Go(Text("年度公示", "The year"), view="alliance.account", icon="journal-text"),
        ],
    )


@view(title=Text("资源、需求对照表", "The plan of offers and wants"), menu=False)
def plan(store: Store) -> Board:
    """Offers down, wants across, and what answers what; a free place is pressed to match the two."""
    offers, wants, matches = _open()
    wants = wants[:MOST_WANTS]
    rows, columns = [each.id for each in offers], [each.id for each in wants]
    return Board(
        rows=[Head(each.title, {"offer": each.id}) for each in offers],
        columns=[
            Head(each.title, {"want": each.id}, note=f"{each.by:%m-%d}" if each.by else "")
            for each in wants
        ],
        held=[
            Held(
                row=rows.index(each.offer),
                column=columns.index(each.want),
                title=_MATCH,
                id=each.id,
                state=OFFER.title_of("matched"),
                moves=False,
            )
            for each in matches
            if each.offer in rows and each.want in columns
        ],
        of=Match,
        book="alliance.pair",
        at_once=True,
    )


def _open() -> tuple[list[Offer], list[Want], list[Match]]:
    """Offers that are free, wants by their day, and what is matched already."""
    free = Offer.select().where(Offer.state.in_(("offered", "matched")))
    wants = list(Want.select().where(Want.state == "open"))
    wants.sort(key=lambda each: (each.by or date.max, each.id))
    matches = Match.select().where(Match.want.in_([each.id for each in wants]))
    return list(free.order_by(Offer.until, Offer.id)), wants, list(matches)


def suggestions(
    offers: Sequence[Offer], wants: Sequence[Want], matches: Sequence[Match]
) -> Iterator[tuple[Want, Offer]]:
    """Of each want that nothing answers yet the offer that is most like it in words, if any fits."""
    met = {each.want for each in matches}
    for want in wants:
        if want.id not in met:
            alike = {each.id: len(_words(each.title) & _words(want.title)) for each in offers}
            fitting = [each for each in offers if _fits(each, want, alike[each.id])]
            if fitting:
                yield want, max(fitting, key=lambda each: alike[each.id])


def _fits(offer: Offer, want: Want, alike: int) -> bool:
    """Of its kind, enough, and there by its day; goods and services have a word in common, too."""
    lasts = offer.until is None or want.by is None or offer.until >= want.by
    enough = want.pieces is None or offer.pieces >= want.pieces
    says_so = alike > 0 or offer.kind not in ("goods", "service")
    return bool(offer.kind == want.kind and lasts and enough and says_so)


def _words(title: str) -> set[str]:
    return set(re.findall(r"[一-鿿]|[^\W一-鿿]{3,}", title.casefold())) - {"的"}


@view(title=Text("待兑现、待致谢", "Due and unthanked"), card=True)
def owed(store: Store) -> Table:
    """What was agreed and is to come, and what came and nobody was thanked for; the next step of each."""
    found = list(Offer.select().where(Offer.state.in_(("agreed", "delivered"))))
    found.sort(key=lambda each: (each.state != "agreed", each.due or date.max, each.id))
    return Table.listing(
        Offer,
        found,
        *("title", "member", "due"),
        left(),
        "state",
        (Text("办理", "Do"), _next_of),
        note="" if found else Text("没有要办的", "Nothing is owed"),
    )


def left() -> tuple[Text, Callable[[Offer], object]]:
    """How many of each may still be given, as a column of a listing."""
    return Text("余", "Left"), lambda offer: offer.stock.left


def _next_of(offer: Offer) -> Button:
    name, title = ("deliver", Text("兑现", "Deliver"))
    if offer.state == "delivered":
        name, title = ("thank", Text("致谢", "Thank"))
    return Button(title, f"alliance.{name}", id=offer.id)


@view(title=Text("会议承诺", "Promises"), menu=False)
def promises(store: Store) -> Table:
    """What was promised at meetings and is not kept yet, what is late first."""
    found = list(Promise.select().where(Promise.state == "open").order_by(Promise.by, Promise.id))
    keep = Text("办好了", "Kept")
    return Table.listing(
        Promise,
        found,
        *("title", "who", "by", "meeting"),
        (keep, lambda each: Button(keep, "alliance.keep", id=each.id, at_once=True)),
        note="" if found else Text("都办好了", "All are kept"),
    )


@view(of=Member, title=Text("这一家", "This member"))
def member_facts(store: Store, member: Member) -> Facts:
    """Until when it agreed, what it gave, and how it is called in public."""
    offers = list(Offer.select().where(Offer.member == member.id))
    given = Counter("given" if each.state in GIVES else "other" for each in offers)
    today = local_today(store)
    ends = Agreement.select().where(Agreement.member == member.id).order_by(-Agreement.until)
    last = ends.first()
    told = Text("没有协议", "None") if last is None else day_in_words(last.until, today)
    is_over = last is None or last.until < today
    return Facts(
        [
            (Text("协议到", "Agreed until"), Tag(told, "wait" if is_over else "done")),
            (Text("资源", "Offers"), len(offers)),
            (Text("已约定、兑现", "Agreed or delivered"), given["given"]),
            (Text("公示称呼", "In public"), member.called),
        ]
    )


@view(of=Member, title=Text("资源和往来", "Offers and what became of them"))
def history(store: Store, member: Member) -> Table:
    """All that a member offered, the newest first."""
    found = list(Offer.select().where(Offer.member == member.id).order_by(Offer.id.desc()))
    return Table.listing(
        Offer, found, *("title", "pieces", "purpose", "state"), left(), "agreed_on"
    )
