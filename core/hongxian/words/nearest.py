"""What somebody may have meant who wrote a name that is none."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The three names that are likest to one, or all where there are no more; "-" for none."""
    return get_close_matches(name, sorted(known), n=3, cutoff=0) or ["-"]
