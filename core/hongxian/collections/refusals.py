"""Why something was refused, as people read it: with what they call a collection and its fields."""

from __future__ import annotations

from collections.abc import Mapping

from hongxian.collections.collection import Collection
from hongxian.errors import HongxianError, Invalid, summary_of
from hongxian.kinds.column import Column
from hongxian.text import Text


def told_among(error: HongxianError, collections: Mapping[str, Collection]) -> Text:
    """The message of an error; where it is of a collection that is here, by what people call that."""
    of = collections.get(str(error.facts.get("collection")))
    return error.text if of is None else told_of(error, of.title, of.columns)


def told_of(error: HongxianError, title: Text, columns: Mapping[str, Column]) -> Text:
    """The message of an error with the collection and its fields by what people call them."""

    def label(name: str) -> Text | str:
        return columns[name].label if name in columns else name

    facts = {**error.facts, "collection": title, "field": label(str(error.facts.get("field")))}
    if isinstance(error, Invalid):
        reasons = error.facts["reasons"].items()
        facts["summary"] = summary_of((label(name), why) for name, why in reasons)
    return error.message.format(**facts)
