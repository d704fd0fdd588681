"""What is due: an objection to be answered, a publicity that is over, a certificate that somebody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from hongxian import Due, Store, Text, reminder
from hongxian_plugins.certificates.honours import Objection
from hongxian_plugins.certificates.papers import Certificate
from hongxian_plugins.certificates.settings import CertificateRules


@reminder()
def objections_to_answer(store: Store) -> Iterator[Due]:
    """Each by the day that the rules say (民政部令第67号 13)."""
    days = timedelta(days=CertificateRules.now(store).objection_days)
    for each in Objection.select().where(Objection.state.in_(("raised", "verified"))):
        yield Due(
            each.raised_on + days, Text("答复异议", "Answer an objection"), each, to=each.scope
        )


@reminder()
def publicity_to_end(store: Store) -> Iterator[Due]:
    """Of form 149: from this day on it can be issued."""
    days = timedelta(days=CertificateRules.now(store).publicity_days)
    found = Certificate.select().where(
        Certificate.state == "checking",
        Certificate.form == "149",
        Certificate.published_on.is_null(False),
    )
    for each in found:
        title = Text("公示期满，可以出具", "Published long enough, to be issued")
        yield Due(each.published_on + days, title, each, to=each.scope)
