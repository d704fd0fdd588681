"""What the roster's records may not say, asked on the laptop as on the hub."""

from __future__ import annotations

from hongxian import Mark, Seen, rule
from hongxian.records import consent_seen, refuse_out_of_order
from hongxian_plugins.roster.records import Care, Membership, Person


@rule(of=Membership, when=("since", "until"))
def ends_after_it_began(membership: Membership) -> None:
    refuse_out_of_order(membership, "since", "until")


@rule(of=Care, when=("person",))
def has_a_consent_of_its_own(care: Care, seen: Seen) -> Mark | None:
    """Health is sensitive, and wants more than the consent to be in the roster (个人信息保护法 29)."""
    person = seen.get(Person, care.person)
    if person is None or consent_seen(seen, care.person, "health"):
        return None
    return Mark(
        "记了{name}的健康情况或紧急联系人，还没有本人单独的同意；请先问，不同意就删去。",
        "Health or whom to call is noted of {name} without a consent of its own: ask, or delete it.",
        name=person.name,
    )
