"""When digests differ: sums by bucket, then the single records that are offered and fetched."""

from __future__ import annotations

from marshmallow import fields, validate

from hongxian.wire.digest import BUCKETS
from hongxian.wire.message import Message, integer, short, string, told
from hongxian.wire.round import LEAST_PORTION, PORTION

FETCHED = 20_000
"""Records that one request may ask for."""
_SUM = validate.Regexp(r"[0-9a-f]{16}\Z")


class BucketsRequest(Message):
    """The laptop's sums of one scope and collection, by the last two hex digits of the ids."""

    scope: str = told(short(), "Whose records.")
    collection: str = told(short(), "Which records.")
    sums: list[str] = told(
        fields.List(fields.String(validate=_SUM), validate=validate.Length(equal=BUCKETS)),
        "For each bucket, the sum of its records' hashes modulo 2^64, as 16 hex digits.",
    )
    portion: int = told(
        integer(LEAST_PORTION),
        "Bytes that the answer may list, about; at least a bucket.",
        default=PORTION,
    )


class BucketsReply(Message):
    """The hub's records in the buckets that differ."""

    seq: int = told(integer(), "Of which moment; the cursor, where nothing differs.")
    more: bool = told(fields.Boolean(), "Whether further buckets may differ.")
    differs: dict[str, list[tuple[str, str]]] = told(
        fields.Dict(string(), fields.List(fields.Tuple((string(), string())))),
        "The ids and hashes (16 hex digits) of the hub's records, by bucket (decimal).",
    )


class RepairRequest(Message):
    """Records to fetch; the pages behind it are offered."""

    scope: str = told(short(), "Whose records.")
    collection: str = told(short(), "Which records.")
    fetch: list[str] = told(
        fields.List(short(), validate=validate.Length(max=FETCHED)),
        "The ids of those to be sent.",
        default_factory=list,
    )


class RepairReply(Message):
    """What became of the offers; the pages behind it are what was fetched."""

    taken: int = told(integer(), "How many of the offered records changed something.")
    elsewhere: list[str] = told(
        fields.List(string()),
        "The ids of offered records that belong to another scope by now.",
        default_factory=list,
    )
