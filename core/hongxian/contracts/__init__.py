"""What plugins exchange without knowing each other, and how it is asked for."""

from hongxian.contracts.contracts import (
    Goods,
    Hours,
    Institution,
    Matter,
    Occasion,
    Offering,
    Outcome,
    Presence,
    Slot,
    Turnout,
)
from hongxian.contracts.given import given, taken

__all__ = [
    "Goods",
    "Hours",
    "Institution",
    "Matter",
    "Occasion",
    "Offering",
    "Outcome",
    "Presence",
    "Slot",
    "Turnout",
    "given",
    "taken",
]
