"""Ids of transactions as messages hold them."""

from __future__ import annotations

from marshmallow import validate
from marshmallow.fields import Integer, String, Tuple

from hongxian.model.transaction_id import LARGEST_COUNT
from hongxian.wire.message import integer

RUNS = 200_000
"""Runs in one message, at most: as many as a stick carries records."""
_PREFIX = validate.Regexp(r"[0-9a-f]{20}\Z")


def transaction_id(*, allow_none: bool = False) -> Tuple:
    """A field that holds a `TransactionId`."""
    return Tuple((_prefix(), _count()), allow_none=allow_none)


def run() -> Tuple:
    """A field that holds a `Run`."""
    return Tuple((_prefix(), _count(), _count()))


def taken() -> Tuple:
    """A field that holds an id, the seq that the hub has it under, and its stamp there."""
    return Tuple((_prefix(), _count(), integer(), integer()))


def _prefix() -> String:
    return String(validate=_PREFIX)


def _count() -> Integer:
    return integer(1, LARGEST_COUNT)
