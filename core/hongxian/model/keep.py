"""How long a record is kept: until a day, or while a person consents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongxian.text import Text

Until = Callable[[Any], date | None]  # Any: the plugin's own model
"""The last day on which a record is kept; None for as long as it is not known."""


@dataclass(frozen=True, kw_only=True)
class Keep:
    """How long a record is kept: `class Meta: keep = Keep(until="ends", consent="health")`.

    Whatever ends first ends it: the hub then erases the record, everywhere and for good. Of single
    fields `field_keep = {"phone": Keep(...)}` tells it; they are empty then.
    """

    until: str | Until | None = None
    """A date field of the record, or a function of it: the last day on which it is kept; None: no end.
    A reference: as long as the record that it names is not erased.
    """
    consent: str = ""
    """The kind of consent without which it is not kept: it goes when the person withdraws that."""
    asks: Text | str = ""
    """What people consent to by that kind, in words; one of those that keep by it need say so."""
    of: str = "person"
    """The reference to the person who consents."""


def keeps_of(meta: Any) -> dict[str, Keep]:  # Any: peewee's, with the options of a collection
    """What a model's Meta says of it: of its records under "", of single fields by their names."""
    keep: Keep | None = getattr(meta, "keep", None)
    fields: dict[str, Keep] = getattr(meta, "field_keep", {})
    return {**({"": keep} if keep else {}), **fields}
