"""That somebody is of the Party is its team's to know: what earlier releases told everybody goes there.

It may be of a particular identity (特定身份, 个人信息保护法 28). Laptops of an earlier release may still send it
with the person, so the hub looks each hour and not only once.
"""

from __future__ import annotations

from hongxian import Store, every
from hongxian_plugins.roster.records import Membership, Person

_AT_ONCE = 500


@every(hours=1, on="hub")
def party_goes_to_the_team(store: Store) -> None:
    """Each membership of who was told to be of the Party says so, and their own record no more."""
    told = Person.select(Person.id).where(Person.party_member == True)  # noqa: E712
    while people := [id for (id,) in told.limit(_AT_ONCE).tuples()]:
        with store.transaction():
            Membership.update(party_member=True).where(Membership.person.in_(people)).execute()
            Person.update(party_member=False).where(Person.id.in_(people)).execute()
