"""Who may come in: one-time enrolment codes and the devices that they made. No secret is kept.

A code is typed by hand once; of its secret only the SHA-256 is stored. Of a laptop's key the hub
has the public part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import orjson
from peewee import BigIntegerField, BooleanField, CharField, IntegerField, Model, TextField

from hongxian.record import RecordMetadata
from hongxian.security.code import only_letters
from hongxian.transaction_id import TransactionId
from hongxian.wire.round import Lineage

CODE_MINUTES = 60 * 24


class Access(Model):  # type: ignore[misc]
    """One number of one device: how it proves itself and how far it has come."""

    number = IntegerField(primary_key=True)
    laptop = CharField(max_length=36, index=True)
    key = CharField(max_length=64)
    sealing = CharField(max_length=64)
    name = CharField(max_length=80)
    revoked = BooleanField(default=False)
    retired = BooleanField(default=False)
    enrolled = BigIntegerField()
    last_seen = BigIntegerField(null=True)
    last_prefix = CharField(max_length=20, default="")
    last_count = BigIntegerField(default=0)
    acknowledged = BigIntegerField(default=0)
    unsent = BigIntegerField(default=0)
    refused = BigIntegerField(default=0)
    epoch = CharField(max_length=36, default="")
    due = BooleanField(default=False)
    back = TextField(default="[]")
    version = CharField(max_length=40, default="")

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_access"

    @property
    def back_with(self) -> frozenset[str]:
        """The collections with which it has been back in the hub's present life."""
        return frozenset(orjson.loads(self.back))

    def follows(self, lineage: Lineage) -> bool:
        """Whether the last that came of this device is known to who asks: else that is a copy."""
        prefix, count = last = self.last_prefix, self.last_count
        return (
            not prefix
            or lineage.after == last
            or any(prefix == drawn and count <= reached for drawn, reached in lineage.attempts)
        )

    def was_sent(self, last: TransactionId | None) -> None:
        """Keep the last transaction that came."""
        self.last_prefix, self.last_count = last or ("", 0)


class Code(Model):  # type: ignore[misc]
    """One enrolment code."""

    code_hash = CharField(max_length=64, primary_key=True)
    teams = TextField()
    expires = BigIntegerField()
    used = BooleanField(default=False)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_code"

    def scopes(self) -> list[str]:
        """The teams that it lets a device join."""
        return list(orjson.loads(self.teams))


def back_with(names: Iterable[str]) -> str:
    """Collections as `Access.back` keeps them."""
    return orjson.dumps(sorted(names)).decode()


def hash_of_secret(secret: str) -> str:
    """What is stored of a code's secret, which is the same however it is typed."""
    return hashlib.sha256(only_letters(secret).encode()).hexdigest()


def access_of_number(number: int) -> Access:
    """A device as it is now; its number is known to be there."""
    held = access_if_known(number)
    assert held is not None
    return held


def laptops_by_number() -> dict[int, str]:
    """Whose each number is."""
    return dict(Access.select(Access.number, Access.laptop).tuples())


def access_if_known(number: int) -> Access | None:
    """By hand, for it is asked in every round: peewee takes longer to make the SQL than it runs."""
    database, names = Access._meta.database, Access._meta.sorted_field_names
    sql = f"SELECT {', '.join(names)} FROM hongxian_access WHERE number = {database.param}"
    found = database.execute_sql(sql, (number,)).fetchone()
    return None if found is None else Access(**dict(zip(names, found, strict=True)))
