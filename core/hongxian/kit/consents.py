"""What a person said last of a consent, under whichever of their records that were joined: the newest counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from hongxian.collections.builtin import Consent
from hongxian.collections.groups import Doubles, group
from hongxian.kinds.person import ROSTER
from hongxian.kit.groups import group_seen
from hongxian.kit.seen import Seen
from hongxian.model.record import COMMUNITY
from hongxian.model.row import load_stamps


class Consents:
    """What people said of one kind of consent, as it is known here now, for many questions."""

    def __init__(self, kind: str, person: str = "") -> None:
        """Of everybody; or of a `person` alone, where no other is asked for."""
        self._doubles, self._said = Doubles(ROSTER), defaultdict[str, list[Consent]](list)
        of_kind = Consent.select().where(Consent.kind == kind)
        if person:
            of_kind = of_kind.where(Consent.person.in_(self._doubles.group(person)))
        for each in of_kind:
            self._said[self._doubles.first(each.person)].append(each)

    def said(self, person: str, scope: str = "") -> bool | None:
        """Their last word to a team, or to whichever; None where nothing is on record, which is no refusal."""
        all_ = self._said.get(self._doubles.first(person), ())
        return last_word(each for each in all_ if not scope or each.scope in (scope, COMMUNITY))


def consent_said(person: str, kind: str, scope: str = "") -> bool | None:
    """The last word of one person to a team, or to whichever; None where nothing is on record."""
    return Consents(kind, person).said(person, scope)


def consent_seen(seen: Seen, person: str, kind: str) -> bool | None:
    """The same for a rule, as far as it sees."""
    people = sorted(group_seen(seen, ROSTER, person))
    return last_word(each for one in people for each in seen.all(Consent, person=one, kind=kind))


def withdraw_consent(person: str, kind: str, scope: str) -> None:
    """Put down a no under each of their records: the hub erases what hangs on any of them."""
    for each in group(ROSTER, person):
        Consent.create(person=each, kind=kind, given=False, scope=scope)


def last_word(consents: Iterable[Consent]) -> bool | None:
    """What the newest of them says; None of none."""
    last = max(consents, key=_said_at, default=None)
    return None if last is None else bool(last.given)


def _said_at(consent: Consent) -> int:
    """The stamp under which it says what it says."""
    return load_stamps(consent.stamps).get("given", int(consent.stamp))
