"""Taken: which transactions the hub has, so that none is taken in twice, whoever sends it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from peewee import BigIntegerField, CharField, CompositeKey, Model

from hongxian.model.record import RecordMetadata
from hongxian.model.transaction_id import Run, TransactionId
from hongxian.storage.database import write_all


class Taken(Model):  # type: ignore[misc]
    """Transactions whose counts and seqs both go up by one; from `first` to `last`, the first with `seq`."""

    prefix = CharField(max_length=20)
    first = BigIntegerField()
    last = BigIntegerField()
    seq = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_taken"
        primary_key = CompositeKey("prefix", "first")


def taken_of(runs: Iterable[Run]) -> dict[TransactionId, int]:
    """The seqs of those that the hub has."""
    database = Taken._meta.database
    mark = database.param
    sql = (
        "SELECT first, last, seq FROM hongxian_taken "
        f"WHERE prefix = {mark} AND first <= {mark} AND last >= {mark}"
    )
    found: dict[TransactionId, int] = {}
    for prefix, number, many in runs:
        end = number + many - 1
        for first, last, seq in database.execute_sql(sql, (prefix, end, number)).fetchall():
            for each in range(max(first, number), min(last, end) + 1):
                found[prefix, each] = seq + each - first
    return found


def note_taken(runs: Iterable[Run], seqs: Sequence[int]) -> None:
    """Keep the seqs of these, one each in their order, inside the caller's commit.

    0 is the seq of what was not taken in.
    """
    database = Taken._meta.database
    marks = ", ".join([database.param] * 4)
    write_all(
        database,
        f"INSERT INTO hongxian_taken (prefix, first, last, seq) VALUES ({marks})",
        _stretches(runs, seqs),
    )


def _stretches(runs: Iterable[Run], seqs: Sequence[int]) -> Iterator[tuple[str, int, int, int]]:
    """Prefix, first, last and the first's seq of what was taken, wherever both go up by one."""
    place = 0
    for prefix, first, many in runs:
        here = seqs[place : place + many]
        if isinstance(here, range):  # nearly always: all was taken plainly
            yield prefix, first, first + many - 1, here[0]
        else:
            for apart, stretch in groupby(enumerate(here), _apart):
                if apart is not None:
                    taken = list(stretch)
                    yield prefix, first + taken[0][0], first + taken[-1][0], taken[0][1]
        place += many


def _apart(taken: tuple[int, int]) -> int | None:
    """How far a seq is from its place in a run; None for what was not taken."""
    place, seq = taken
    return seq - place if seq else None
