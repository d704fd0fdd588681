"""What people do with an offer: enter it, match it, agree, have it delivered, say thanks."""

from __future__ import annotations

from datetime import date

from hongxian import Refused, Store, Text, action, local_today, step
from hongxian.quotas import give_back, grant, spend
from hongxian.records import Somebody, asked_as
from hongxian.shapes import Print
from hongxian_plugins.alliance.deliveries import Delivery, Thanks
from hongxian_plugins.alliance.meetings import Meeting, Promise
from hongxian_plugins.alliance.members import Agreement, Member
from hongxian_plugins.alliance.offers import Match, Offer, PurposeChange, Want
from hongxian_plugins.alliance.seats.draws import Candidate, Draw

# -- matching ----------------------------------------------------------------------------------------


@step(Offer, "match", asks=[Match.want])
def match(store: Store, offer: Offer, want: str) -> Text:
    """This offer answers that want."""
    Match.create(offer=offer, want=want)
    return Want.get_by_id(want).title  # type: ignore[no-any-return]


@action(title=Text("对接", "Match"), menu=False, asks=[Match.offer, Match.want])
def pair(store: Store, offer: str, want: str) -> Text:
    """The same from the page of both: one press."""
    held = Offer.get_by_id(offer)
    with store.transaction():
        match(store, held, want)
        if held.state == "offered":
            held.state = "matched"
            held.save()
    told = Text.of("{offer} → {want}")
    return told.format(offer=held.title, want=Want.get_by_id(want).title)


@step(Offer, "agree")
def agree(store: Store, offer: Offer) -> None:
    """Where it was typed in another way than by the form, it is counted now."""
    if missing := offer.pieces - offer.stock.granted:
        grant(offer, "stock", missing)


# -- giving ------------------------------------------------------------------------------------------


@step(
    Offer,
    "deliver",
    asks=[
        Delivery.amount,
        Delivery.whom,
        Delivery.received_by,
        Delivery.to,
        Delivery.spec,
        Delivery.batch,
        Delivery.expires,
        Delivery.charity,
        Delivery.charity_no,
    ],
)
def deliver(store: Store, offer: Offer, amount: int, **told: object) -> Text | Print:
    """It came: a delivery with its number, and the wants that it answers are met.

    Seats were given one by one to people; their delivery says how many came.
    """
    number = Delivery.number.draw()
    made = Delivery.create(
        title=offer.title, offer=offer, number=number, day=local_today(store), amount=amount, **told
    )
    if offer.kind != "seats":
        spend(offer, "stock", amount)
    for each in Match.select().where(Match.offer == offer.id):
        Want.update(state="met").where(Want.id == each.want, Want.state == "open").execute()
    said = Text("接收单 {number}", "receipt {number}").format(number=number)
    has_paper = made.whom != "station" and not offer.sponsored
    return Print(said, "alliance.receipt", made.id) if has_paper else said


@action(
    of=Delivery,
    title=Text("作废", "Void"),
    when=lambda delivery: not delivery.voided,
    asks={"void_reason": asked_as(Delivery.void_reason, null=False)},
)
def void_delivery(store: Store, delivery: Delivery, void_reason: str) -> Text:
    """It was a mistake: its number stays, its pieces may be given again."""
    offer = Offer.get_by_id(delivery.offer)
    with store.transaction():
        delivery.voided, delivery.void_reason = True, void_reason
        delivery.save()
        if offer.kind != "seats":
            give_back(offer, "stock", delivery.amount)
    return Text("{number} 已作废", "{number} is void").format(number=delivery.number)


@step(Offer, "thank", asks=[Thanks.how, Thanks.words])
def thank(store: Store, offer: Offer, how: str, words: str | None) -> None:
    """Say thanks; the letter is printed from it."""
    Thanks.create(title=offer.title, offer=offer, how=how, words=words, day=local_today(store))


# -- what changes afterwards -------------------------------------------------------------------------


@action(
    of=Offer,
    title=Text("改用途", "Change the purpose"),
    asks=[PurposeChange.became, PurposeChange.consented_by, PurposeChange.day],
    final=Text("捐赠人的同意留作凭据", "the donor's consent stays on record"),
)
def change_purpose(store: Store, offer: Offer, became: str, consented_by: str, day: date) -> Text:
    """The donor agrees to another purpose, which is written down with who said so."""
    if became == offer.purpose:
        raise Refused("用途没有变。", "That is its purpose already.")
    with store.transaction():
        PurposeChange.create(
            offer=offer, was=offer.purpose, became=became, consented_by=consented_by, day=day
        )
        offer.purpose = became
        offer.save()
    return Text("用途已改，同意已记", "Changed, with the donor's consent")


@action(
    of=Offer,
    title=Text("已告诉受益人", "They were told"),
    when=lambda offer: offer.state == "withdrawn" and offer.agreed_on and not offer.told_on,
)
def tell(store: Store, offer: Offer) -> Text:
    """Whoever it was promised to knows that it was withdrawn."""
    offer.told_on = local_today(store)
    offer.save()
    return Text("已记下", "Noted")


# -- from the page of what it belongs to ---------------------------------------------------------------


@action(
    of=Member,
    title=Text("记协议", "Enter an agreement"),
    usual=True,
    asks=[Agreement.begins, Agreement.until, Agreement.terms, Agreement.scan],
)
def sign(store: Store, member: Member, **told: object) -> Text:
    """What was agreed with a member, until when."""
    made = Agreement.create(member=member, **told)
    return Text("{name}：协议到 {until}", "{name}: agreed until {until}").format(
        name=member.name, until=made.until
    )


@action(
    of=Meeting,
    title=Text("记承诺", "Enter a promise"),
    usual=True,
    asks=[Promise.title, Promise.who, Promise.by],
)
def promise(store: Store, meeting: Meeting, **told: object) -> Text:
    """What somebody promised at a meeting."""
    made = Promise.create(meeting=meeting, scope=meeting.scope, **told)
    return Text("{who}：{what}", "{who}: {what}").format(who=made.who, what=made.title)


@action(
    of=Draw,
    title=Text("报名", "Ask"),
    usual=True,
    when=lambda draw: draw.state == "open",
    asks=[Candidate.person],
)
def sign_up(store: Store, draw: Draw, person: Somebody) -> Text:
    """Somebody wants to be drawn."""
    Candidate.create(draw=draw, person=person, scope=draw.scope)
    return Text("{who}已报名", "{who} is on the list").format(who=person.called)
