"""Envelopes: the first frame of each stream, what is asked and what is answered, beside the pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from hongxian.errors import PageRefused

PROTOCOL = 1
_SEQ = validate.Range(0, 2**63 - 1)
_NAME = validate.Length(min=1, max=80)
_PRINT = validate.Regexp(r"[0-9a-f]{16}\Z")


class _Envelope(Schema):
    class Meta:
        unknown = EXCLUDE
        """A later release may say more."""


def _seqs() -> fields.Dict:
    by_collection = fields.Dict(
        fields.String(validate=_NAME),
        fields.Integer(strict=True, validate=_SEQ),
        validate=validate.Length(max=500),
    )
    return fields.Dict(
        fields.String(validate=_NAME),
        by_collection,
        load_default=dict,
        validate=validate.Length(max=500),
    )


def _stamp() -> fields.Integer:
    return fields.Integer(strict=True, validate=_SEQ)


class RoundNumber(_Envelope):
    """Where this laptop is in its chain of rounds, so that a copied or restored one is noticed.

    `id` is new in every request that carries anything, and "" in one that carries nothing: that is
    no link of the chain, and asks for no place on a disk. `previous` is the round whose answer was last taken in, and
    `attempts` those asked since then without an answer: the hub's last must be one of them.
    `number` is how many the hub had counted at that answer.
    """

    number = fields.Integer(strict=True, required=True, validate=_SEQ)
    id = fields.String(required=True, validate=validate.Length(max=80))
    previous = fields.String(required=True, validate=validate.Length(max=80))
    attempts = fields.List(
        fields.String(validate=_NAME), load_default=list, validate=validate.Length(max=1_000)
    )


class RoundRequest(_Envelope):
    """A sync round: transactions out, pages in. `clock` is in milliseconds since 1970."""

    protocol = fields.Integer(strict=True, required=True, validate=validate.Equal(PROTOCOL))
    device = fields.Integer(strict=True, required=True, validate=_SEQ)
    epoch = fields.String(required=True, validate=validate.Length(max=80))
    round = fields.Nested(RoundNumber, required=True)
    clock = fields.Integer(strict=True, required=True, validate=_SEQ)
    version = fields.String(load_default="", validate=validate.Length(max=40))
    heads = fields.List(
        fields.String(validate=validate.Regexp(r"[0-9]{1,18}-[0-9a-f]{64}\Z")),
        load_default=list,
        validate=validate.Length(max=100),
    )
    """Newest blocks of the hub's journal as answers told them, the last first. A hub without the
    first of them was restored; the first that it has tells to what time."""
    collections = fields.List(
        fields.String(validate=_NAME), required=True, validate=validate.Length(max=500)
    )
    cursors = _seqs()
    own_seqs = fields.List(
        fields.Tuple(
            (fields.Integer(strict=True, validate=_SEQ), fields.Integer(strict=True, validate=_SEQ))
        ),
        load_default=list,
        validate=validate.Length(max=1_000),
    )
    former = fields.List(
        fields.Tuple((_stamp(), fields.String(validate=_PRINT), _stamp())),
        load_default=list,
        validate=validate.Length(max=1_000_000),
    )
    """Of transactions in this request that had other stamps before: that stamp, the transaction's
    print under it, and its stamp now."""
    unsent = fields.Integer(strict=True, load_default=0, validate=_SEQ)
    refused = fields.Integer(strict=True, load_default=0, validate=_SEQ)
    """Changes that the hub has refused and that wait for this laptop's people."""
    due = fields.Boolean(load_default=False)
    """Whether records are still to be offered, of collections whose plugin is missing on a side."""
    pull = fields.Boolean(load_default=True)
    whole = fields.Boolean(load_default=False)
    """In a bundle: answer with all pages, not with one helping."""


class VerdictReply(_Envelope):
    """What became of one transaction that is not plainly accepted."""

    stamp = fields.Integer(strict=True, required=True)
    verdict = fields.String(
        required=True,
        validate=validate.OneOf(
            ["merged", "refused", "bumped", "plugin", "later", "clock", "again"]
        ),
    )
    seq = fields.Integer(strict=True, load_default=0)
    reasons = fields.Dict(fields.String(), fields.List(fields.String()), load_default=dict)
    taken = fields.Dict(fields.String(), load_default=None, allow_none=True)


class OutcomeReply(_Envelope):
    """The transactions' verdicts: the plain ones by count, in the order of their stamps."""

    first_seq = fields.Integer(strict=True, required=True)
    plain = fields.Integer(strict=True, required=True)
    others = fields.List(fields.Nested(VerdictReply), load_default=list)


class RoundReply(_Envelope):
    """The hub's answer to a round. Only `status` "ok" has an outcome.

    "epoch": the hub's database has a new life; "stale": this laptop was restored or cloned;
    "below": tombstones that this laptop has not seen are gone.
    """

    status = fields.String(
        required=True, validate=validate.OneOf(["ok", "epoch", "stale", "below"])
    )
    epoch = fields.String(required=True)
    clock = fields.Integer(strict=True, required=True)
    round = fields.Integer(strict=True, load_default=0)
    head = fields.String(load_default="")
    community = fields.String(load_default="")
    scopes = fields.Dict(fields.String(), fields.String(), required=True)
    collections = fields.List(fields.String(), required=True)
    recovering = fields.Boolean(required=True)
    gc_horizon = fields.Integer(strict=True, load_default=0)
    outcome = fields.Nested(OutcomeReply, allow_none=True, load_default=None)
    cursors = _seqs()
    complete = fields.Boolean(load_default=False)
    digests = fields.Dict(load_default=None, allow_none=True)


class BundleReply(RoundReply):
    """A round's answer that may be read long after it was asked: it says what it answers."""

    answers = fields.String(required=True)
    was_at = _seqs()
    plain = fields.List(fields.Integer(strict=True), required=True)
    """The stamps of the plain transactions, in the order of their seqs."""


@cache
def _made(schema: type[Schema]) -> Schema:
    """Making one takes longer than a round's envelope takes to load; a schema keeps nothing of it."""
    return schema()


def load(schema: type[Schema], data: Any) -> dict[str, Any]:
    """An envelope, checked; raises `PageRefused` with what is wrong."""
    try:
        loaded: dict[str, Any] = _made(schema).load(data)
    except ValidationError as error:
        raise PageRefused(detail=f"{schema.__name__}: {error.messages}") from None
    return loaded
