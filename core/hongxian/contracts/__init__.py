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
)
from hongxian.contracts.given import given

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
    "given",
]
