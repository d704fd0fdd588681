"""What a record's reference asks for when the other is to be deleted."""

from __future__ import annotations

from enum import StrEnum


class OnDelete(StrEnum):
    """What becomes of a record when the one that it refers to is to be deleted."""

    REFUSE = "refuse"
    """It stays, and so does the other."""
    CLEAR = "clear"
    """It stays, and the hub empties its reference."""
    WITH = "with"
    """It is a part of the other and goes with it, where both are of one scope."""
    KEEP = "keep"
    """It stays as it is, and tells of what is gone."""
