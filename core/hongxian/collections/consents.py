"""What people are asked to consent to, as the collections that keep something by it say."""

from __future__ import annotations

from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.text import LISTED, Text, joined


def consents_asked(store: PresentStore | None = None) -> dict[str, Text]:
    """What each kind of consent is for, in words: of several plugins that keep by one kind, what each says."""
    told: dict[str, list[Text]] = {}
    for collection in (store or present_store()).collections.values():
        for keep in collection.keeps.values():
            if keep.consent and keep.asks:
                words = told.setdefault(keep.consent, [])
                words += [each for each in [Text.of(keep.asks)] if each not in words]
    return {kind: joined(words, LISTED) for kind, words in told.items()}
