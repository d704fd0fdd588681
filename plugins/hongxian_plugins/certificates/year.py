"""Certificates and stars of a year, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.yearly import Figure, yearly
from hongxian_plugins.certificates.honours import Star
from hongxian_plugins.certificates.register import Entry

_PAPERS = Text("份", "certificates")
_MONTH = Text("月份", "Month")


@yearly(title=Text("证明和星级", "Certificates and stars"))
def certificates(store: Store, year: int) -> Iterator[Figure]:
    """Issued and revoked by month, and stars that were awarded by level."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    issued = Counter(
        each.issued_on.month for each in Entry.select().where(Entry.issued_on.between(first, last))
    )
    revoked = Counter(
        each.revoked_on.month
        for each in Entry.select().where(Entry.revoked_on.between(first, last))
    )
    stars = Counter(
        each.level
        for each in Star.select().where(
            Star.awarded_on.between(first, last), Star.state == "awarded"
        )
    )
    yield Figure.tallied(Text("出具", "Issued"), _PAPERS, issued, _MONTH)
    yield Figure.tallied(Text("作废", "Revoked"), _PAPERS, revoked, _MONTH)
    yield Figure.tallied(
        Text("评定星级", "Stars awarded"), Text("人", "people"), stars, Star.level.verbose_name
    )
