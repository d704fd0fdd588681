"""What an offer asks for, filled in: values as its fields read them."""

from __future__ import annotations

import peewee

from hongxian.checks import Checker
from hongxian.errors import Invalid
from hongxian.plugins.offering import Offered
from hongxian.plugins.offers import Offer
from hongxian.words.values import Value, Values


def filled_in(offered: Offered[Offer], typed: Values) -> Values:
    """All that it asks for, of values as its columns read them (a `DateField` a date); what is blank by default.

    Raises `Invalid` with every field that is wrong or missing.
    """
    if not offered.columns:  # as of most views, of which a page may have twenty
        return {}
    filled = {name: value for name, value in typed.items() if value not in (None, frozenset())}
    sets = {name: value for name, value in filled.items() if isinstance(value, frozenset)}
    plain = {name: value for name, value in filled.items() if name not in sets}
    plain, reasons = Checker(offered.columns).check_one(plain, whole=True)
    reasons = {name: why for name, why in reasons.items() if name not in sets}
    if reasons:
        raise Invalid(collection=offered.name, reasons=reasons)
    return {
        name: sets.get(name)
        or (asked.python_value(plain[name]) if name in plain else _default(asked))
        for name, asked in offered.offer.asks.items()
    }


def _default(asked: peewee.Field) -> Value:
    return asked.default() if callable(asked.default) else asked.default
