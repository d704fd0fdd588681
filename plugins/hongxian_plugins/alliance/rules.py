"""What may not be written, asked on the laptop as on the hub, and what is to be looked into.

Laws that bind charities (公益事业捐赠法, 慈善法) are followed here, for a residents' committee is none.
"""

from __future__ import annotations

from hongxian import Mark, Refused, Seen, rule
from hongxian.records import refuse_out_of_order
from hongxian_plugins.alliance.deliveries import Delivery
from hongxian_plugins.alliance.members import Agreement, Member
from hongxian_plugins.alliance.offers import Offer, PurposeChange
from hongxian_plugins.alliance.seats.draws import Candidate, Draw, digest_of, tail
from hongxian_plugins.alliance.seats.invitations import Invite
from hongxian_plugins.alliance.states import GIVES, OFFER
from hongxian_plugins.alliance.words import BY_NAME, PURPOSES, SERVES, WHOM

# -- what is given away ----------------------------------------------------------------------------


def is_of_what_was_agreed(
    record: Delivery | Invite, before: Delivery | Invite | None, seen: Seen
) -> None:
    """What was withdrawn elsewhere meanwhile gives no seat and no piece any more."""
    offer = seen.get(Offer, record.offer)
    if before is None and offer is not None and offer.state not in GIVES:
        raise Refused(
            "“{title}”现在是“{state}”，不能给出；请先约定，已撤回的请告知受益人。",
            "{title} is “{state}”: nothing of it is given. Agree first; of what was withdrawn, tell whom it was for.",
            title=offer.title,
            state=OFFER.title_of(offer.state),
        )


def is_for_whom_the_donor_meant(
    record: Delivery | Invite, before: Delivery | Invite | None, seen: Seen
) -> None:
    """Our rule, after 公益事业捐赠法 5, 18 and 慈善法 56: for what the donor meant it, and nothing else."""
    offer = seen.get(Offer, record.offer)
    is_new = before is None or before.whom != record.whom
    if is_new and offer is not None and record.whom not in SERVES[offer.purpose]:
        raise Refused(
            "捐赠人指定用于“{meant}”，不能给“{whom}”；要改用途，先记捐赠人的同意。",
            "The donor meant it for “{meant}”, not for “{whom}”; to change that, record their consent first.",
            meant=dict(PURPOSES)[offer.purpose],
            whom=dict(WHOM)[record.whom],
        )


for _model in (Delivery, Invite):
    rule(of=_model, when=("offer",))(is_of_what_was_agreed)
    rule(of=_model, when=("offer", "whom"))(is_for_whom_the_donor_meant)


@rule(of=Invite, when=("seat",))
def is_a_seat_of_it(invite: Invite, seen: Seen) -> None:
    offer = seen.get(Offer, invite.offer)
    if offer is None:  # it may arrive later
        return
    if offer.kind not in BY_NAME:
        raise Refused(
            "“{title}”不是座位或票券，请办“兑现”。",
            "{title} is neither seats nor tickets: deliver it instead.",
            title=offer.title,
        )
    if invite.seat > offer.pieces:
        raise Refused(
            "“{title}”只有 {pieces} 份，没有 {seat} 号。",
            "{title} has {pieces}; there is no number {seat}.",
            title=offer.title,
            pieces=offer.pieces,
            seat=invite.seat,
        )


@rule(of=Delivery, when=("expires", "voided"))
def keeps_for_a_while(delivery: Delivery) -> Mark | None:
    """Our rule, after 慈善法 36: goods are usable and safe. Who brings them is not sent away."""
    if delivery.expires is None or delivery.expires >= delivery.day or delivery.voided:
        return None
    return Mark(
        "{what} 收到时已过期（{expires}）：不要发出去，作废并告诉捐赠方。",
        "{what} had expired ({expires}) as it came: hand none out, void it and tell the donor.",
        what=delivery.title,
        expires=delivery.expires,
    )


# -- offers ------------------------------------------------------------------------------------------


@rule(of=Offer, when=("purpose",))
def keeps_its_purpose(offer: Offer, before: Offer | None, seen: Seen) -> None:
    """Changed with the donor's consent on record alone; a slip of the pen is put right before it is matched."""
    if before is None or before.purpose == offer.purpose or before.state == "offered":
        return
    changes = seen.all(PurposeChange, offer=offer.id)
    if offer.purpose not in [each.became for each in changes]:
        raise Refused(
            "用途由捐赠人指定；要改，请办“改用途”，记下捐赠人的同意。",
            "The donor says what it is for: record their consent by “Change the purpose”.",
        )


@rule(of=Offer, when=("pieces", "stock"))
def offers_no_fewer_than_were_counted(offer: Offer) -> None:
    if offer.pieces < offer.stock.granted:
        raise Refused(
            "已经登记了 {n} 份，不能改少；少了的请撤回后重新登记。",
            "{n} are entered: to offer fewer, withdraw it and enter it anew.",
            n=offer.stock.granted,
        )


@rule(of=Offer, when=("state", "told_on"))
def is_told_where_it_was_promised(offer: Offer) -> Mark | None:
    """One laptop withdrew what another agreed, or had agreed before: somebody counts on it."""
    if offer.state != "withdrawn" or offer.agreed_on is None or offer.told_on is not None:
        return None
    return Mark(
        "“{title}”约定后撤回了：不再发座位和券，请告诉受益人。",
        "{title} was withdrawn after it was agreed: no seat or ticket goes out; tell whom it was promised.",
        title=offer.title,
    )


@rule(of=Member, when=("name",))
def is_a_member_once(member: Member, seen: Seen) -> Mark | None:
    """By hand here, and again by a unit that reported: what hangs on it is in two places."""
    if all(each.id == member.id for each in seen.all(Member, name=member.name)):
        return None
    return Mark("“{name}”登记了两次。", "{name} is a member twice.", name=member.name)


@rule(of=Agreement, when=("begins", "until"))
def ends_after_it_begins(agreement: Agreement) -> None:
    refuse_out_of_order(agreement, "begins", "until")


# -- draws -------------------------------------------------------------------------------------------


@rule(of=Draw, when=("digest", "names", "seed"))
def has_its_list_before_its_seed(draw: Draw, before: Draw | None) -> None:
    if (draw.digest or draw.names) and draw.digest != digest_of(draw.names or ""):
        raise Refused("校验码和名单对不上。", "The hash is not that of the list.")
    if draw.seed and (before is None or not before.digest):
        raise Refused(
            "先封名单、公布校验码，再定种子。",
            "Freeze the list and publish its hash before the seed.",
        )
    if before is not None and before.seed and draw.seed != before.seed:
        raise Refused("抽过的种子不能再改。", "The seed of a draw is not changed.")


@rule(of=Candidate, when=("draw",))
def comes_before_the_list_is_frozen(
    candidate: Candidate, before: Candidate | None, seen: Seen
) -> None:
    draw = seen.get(Draw, candidate.draw)
    if before is None and draw is not None and draw.names and not _is_on(draw, candidate):
        raise Refused("名单已经封了，下次再报。", "The list is frozen: next time.")


@rule(of=Draw, when=("names",))
def has_everybody_on_its_list(draw: Draw, seen: Seen) -> Mark | None:
    """Whom the laptop that froze the list had not heard of is not on it, and somebody is to tell them."""
    asked = seen.all(Candidate, draw=draw.id) if draw.names else []
    missing = [each for each in asked if not _is_on(draw, each)]
    if not missing:
        return None
    return Mark(
        "{n} 人报名时封名单的电脑还没联网，不在名单里：请告诉本人，再删掉这条报名。",
        "{n} asked before the laptop that froze the list had heard of it, and are not on it: tell them, "
        "then delete that they asked.",
        n=len(missing),
    )


def _is_on(draw: Draw, candidate: Candidate) -> bool:
    return any(line.endswith(f" {tail(candidate)}") for line in draw.names.split("\n"))
