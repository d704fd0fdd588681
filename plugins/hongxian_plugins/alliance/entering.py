"""One form for a new member with what it offers and wants, and one for an offer; sheets come in by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.entries import Alike, entry
from hongxian.quotas import grant
from hongxian.records import asked_as, shown_if
from hongxian_plugins.alliance.members import Contact, Member
from hongxian_plugins.alliance.offers import Offer, Want


def _known(store: Store, name: str | None) -> Iterator[Alike]:
    for each in Member.select().where(Member.name == name.strip()) if name else ():
        yield Alike(Text("已有这家", "It is a member already"), each.name, Member, each.id)


def enter(**offer: object) -> Offer:
    """An offer, whose pieces are counted in; inside a transaction."""
    made = Offer.create(**offer)
    grant(made, "stock", made.pieces)
    return made  # type: ignore[no-any-return]


@entry(
    makes=Member,
    title=Text("新成员", "New member"),
    asks={
        "name": Member.name,
        "kind": Member.kind,
        "branch": Member.branch,
        "who": asked_as(Contact.name, null=True),
        "phone": Contact.phone,
        "offer": asked_as(Offer.title, null=True),
        "of_kind": Offer.kind,
        "pieces": shown_if(asked_as(Offer.pieces, null=True), "offer"),
        "purpose": shown_if(asked_as(Offer.purpose, default="anyone"), "offer"),
        "until": shown_if(Offer.until, "offer"),
        "want": asked_as(Want.title, null=True),
    },
    parts={
        "who": Text("联系人（只在本队）", "Contact, of this team alone"),
        "offer": Text("提供和需要", "What it offers and wants"),
    },
    alike=_known,
)
def new_member(
    store: Store,
    name: str,
    kind: str,
    branch: str | None,
    who: str | None,
    phone: str | None,
    offer: str | None,
    of_kind: str,
    pieces: int | None,
    purpose: str,
    until: date | None,
    want: str | None,
) -> Text:
    """Enter a member with who speaks for it, what it offers and what it wants, or nothing of it."""
    with store.transaction():
        member = Member.create(name=name, kind=kind, branch=branch)
        if who or phone:
            Contact.create(member=member, name=who or name[:40], phone=phone)
        if offer:
            enter(
                title=offer,
                member=member,
                kind=of_kind,
                pieces=pieces or 1,
                purpose=purpose,
                whom=dict(_PURPOSES)[purpose],
                until=until,
            )
        if want:
            Want.create(title=want, member=member, kind=of_kind)
    return Text("已登记：{name}。", "Entered: {name}.").format(name=name)


_PURPOSES = tuple((name, label.zh) for name, label in Offer.purpose.choices)
"""For whom, where a list does not say it in the donor's own words."""


@entry(
    makes=Offer,
    title=Text("登记资源", "New offer"),
    asks=[
        Offer.member,
        Offer.title,
        Offer.kind,
        Offer.pieces,
        Offer.unit,
        Offer.purpose,
        Offer.whom,
        Offer.until,
        Offer.due,
        Offer.sponsored,
    ],
)
def new_offer(store: Store, **told: object) -> Text:
    """Enter what a member offers; how many there are is counted with it."""
    with store.transaction():
        made = enter(**told)
    return Text("已登记：{what} {n} {unit}。", "Entered: {what}, {n} {unit}.").format(
        what=made.title, n=made.pieces, unit=made.unit
    )
