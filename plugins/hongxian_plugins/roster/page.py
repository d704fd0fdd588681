"""What stands on top of a person's page: how to reach them, their teams, and to what they said yes."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian import Store, Text, view
from hongxian.doubles import group
from hongxian.records import consent_said, consents_asked
from hongxian.shapes import Facts, Link, Masked, Tag, Tone
from hongxian_plugins.roster.consents import SAID
from hongxian_plugins.roster.records import ROLES, Contact, Membership, Person

_CHANGE = Text("改", "Change")
_TONES: dict[bool, Tone] = {True: "done", False: "stop"}
_AT = Text("{team}·{role}", "{team} · {role}")


@view(of=Person, title=Text("联系", "To reach them"))
def reach(store: Store, person: Person) -> Facts:
    """Telephone and address masked until they are asked for; teams of this laptop, and consents."""
    facts = [*_contacts(person), *_consents(store, person)]
    return Facts(facts, list(_teams(store, person)), tells_of=(Contact, Membership))


def _contacts(person: Person) -> Iterator[tuple[Text, object]]:
    for each in Contact.select().where(Contact.person.in_(group("roster.person", person.id))):
        change = Link(_CHANGE, Contact, each.id)
        yield Text("手机", "Phone"), [Masked(each.phone or "", Contact, each.id), change]
        yield Text("住址", "Address"), Masked(each.address or "", Contact, each.id)


def _consents(store: Store, person: Person) -> Iterator[tuple[Text, object]]:
    for kind, title in consents_asked(store).items():
        yes = consent_said(person.id, kind)
        if yes is not None:
            yield title, Tag(SAID[yes], _TONES[yes])


def _teams(store: Store, person: Person) -> Iterator[Tag]:
    told, roles = getattr(store, "teams", None), dict(ROLES)
    names = told() if told else {}
    same = Membership.person.in_(group("roster.person", person.id))
    for each in Membership.select().where(same, Membership.until.is_null()):
        yield Tag(
            _AT.format(team=names.get(each.scope, each.scope), role=roles[each.role]),
            "rest",
            "people",
        )
