"""Who may come in: one-time enrolment codes and the devices that they made. No secret is kept.

A code is typed by hand once; a token is made by the laptop's first contact and sent with every
request. Of both only the SHA-256 is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

import orjson
from peewee import BigIntegerField, BooleanField, CharField, IntegerField, Model, TextField

from hongxian.record import RecordMetadata
from hongxian.transaction_id import TransactionId
from hongxian.wire.round import Lineage

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody confuses when reading aloud."""
CODE_LENGTH = 10
"""30^10 codes, 49 bits: with ten guesses a minute, 10^8 years."""
CODE_MINUTES = 60 * 24


class Access(Model):  # type: ignore[misc]
    """One number of one device: how it proves itself and how far it has come."""

    number = IntegerField(primary_key=True)
    laptop = CharField(max_length=36)
    token_hash = CharField(max_length=64, index=True)
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
    version = CharField(max_length=40, default="")

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_access"

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


def new_code() -> str:
    """A fresh code in two groups, as it is read aloud."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def new_token() -> str:
    """A fresh token of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of_secret(secret: str) -> str:
    """What is stored of a code or token; a code is the same however it is typed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_of_code(code: str) -> str:
    """The hash of a code, whatever the case and the dashes."""
    return hash_of_secret("".join(letter for letter in code.upper() if letter.isalnum()))


def access_of_token(token: str) -> Access | None:
    """The device that holds this token."""
    wanted = hash_of_secret(token)
    held = _access_where("token_hash", wanted)
    return held if held is not None and hmac.compare_digest(held.token_hash, wanted) else None


def access_of_number(number: int) -> Access:
    """A device as it is now; its number is known to be there."""
    held = _access_where("number", number)
    assert held is not None
    return held


def _access_where(column: str, value: object) -> Access | None:
    """By hand, for it is asked in every round: peewee takes longer to make the SQL than it runs."""
    database, names = Access._meta.database, Access._meta.sorted_field_names
    sql = f"SELECT {', '.join(names)} FROM hongxian_access WHERE {column} = {database.param}"
    found = database.execute_sql(sql, (value,)).fetchone()
    return None if found is None else Access(**dict(zip(names, found, strict=True)))
