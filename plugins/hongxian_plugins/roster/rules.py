"""What the roster's records may not say, asked on the laptop as on the hub."""

from __future__ import annotations

from hongxian import Mark, Refused, Seen, rule
from hongxian.records import consent_seen
from hongxian_plugins.roster.records import Care, Membership, Person


@rule(of=Membership, when=("since", "until"))
def ends_after_it_began(membership: Membership) -> None:
    since, until = membership.since, membership.until
    if since and until and until < since:
        raise Refused(
            "离队日期 {until} 早于入队日期 {since}。",
            "The day of leaving, {until}, comes before the day of joining, {since}.",
            since=since,
            until=until,
        )


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
