"""Who may come in: one-time enrolment codes, the laptops that they let in, and their incarnations. No secret is kept.

A code is typed by hand once; of its secret only the SHA-256 is stored. Of a laptop's key the hub
has the public part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import orjson
from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    Model,
    ModelSelect,
    TextField,
)

from hongxian.model.record import LONGEST_LAPTOP, RecordMetadata
from hongxian.model.transaction_id import TransactionId
from hongxian.security.code import only_letters
from hongxian.wire.round import Lineage

CODE_MINUTES = 60 * 24


class Access(Model):  # type: ignore[misc]
    """One laptop: by what it proves itself, and whether it may still come in."""

    laptop = CharField(max_length=LONGEST_LAPTOP, primary_key=True)
    key = CharField(max_length=64)
    sealing = CharField(max_length=64)
    name = CharField(max_length=80)
    revoked = BooleanField(default=False)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_access"


class Incarnation(Model):  # type: ignore[misc]
    """One incarnation of a laptop, a folder of its own: how far it has come. `number` is for people."""

    id = BigIntegerField(primary_key=True)
    access = ForeignKeyField(Access, column_name="laptop", object_id_name="laptop")
    number = BigIntegerField()
    began = BigIntegerField()
    left_behind = BooleanField(default=False)
    """Its folder went on as another: nobody waits for it, but a copy of the folder may use it still."""
    fenced = BooleanField(default=False)
    """The keeper ended it: whoever uses it still goes on as another."""
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
    lacks = TextField(default="")
    """The plugins that the hub has and it has not, one a line."""
    brings = TextField(default="")
    """Those that it has and the hub has not."""
    plugins = TextField(default="[]")
    """What it told of its plugins last, as JSON: each with its version, its release's hash and its error."""
    program = TextField(default="")
    """The same of the program itself; "" where no launcher changes its versions."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_incarnation"

    @property
    def back_with(self) -> frozenset[str]:
        """The collections with which it has been back in the hub's present life."""
        return frozenset(orjson.loads(self.back))

    @property
    def name(self) -> str:
        """What people call its laptop."""
        return str(self.access.name)

    @property
    def revoked(self) -> bool:
        """Whether its laptop's access has ended."""
        return bool(self.access.revoked)

    @property
    def state(self) -> str:
        """ "live", "revoked", or "retired" for one that its laptop left behind."""
        if self.revoked:
            return "revoked"
        return "retired" if self.left_behind or self.fenced else "live"

    def follows(self, lineage: Lineage) -> bool:
        """Whether the last that came of this incarnation is known to who asks: else that is a copy."""
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
    ending = CharField(max_length=8, default="")
    """Its last letters, by which people tell two codes apart: too few to guess the others by."""
    made = BigIntegerField(default=0)
    """In ms since 1970; 0 where an earlier release made it."""
    expires = BigIntegerField()
    used = BooleanField(default=False)
    used_by = CharField(max_length=32, default="")
    """The id of the laptop that it let in; "" before, and where an earlier release did."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_code"

    def scopes(self) -> list[str]:
        """The teams that it lets a laptop join."""
        return list(orjson.loads(self.teams))


def back_with(names: Iterable[str]) -> str:
    """Collections as `Incarnation.back` keeps them."""
    return orjson.dumps(sorted(names)).decode()


def hash_of_secret(secret: str) -> str:
    """What is stored of a code's secret, which is the same however it is typed."""
    return hashlib.sha256(only_letters(secret).encode()).hexdigest()


def incarnations() -> ModelSelect:
    """All there are, each with its laptop."""
    return Incarnation.select(Incarnation, Access).join(Access)


def live_ones() -> ModelSelect:
    """Those that are in use, as far as is known."""
    gone = Access.revoked | Incarnation.left_behind | Incarnation.fenced
    return incarnations().where(~gone).order_by(Incarnation.number)


def incarnations_of(laptop: str) -> list[int]:
    """The incarnations that one laptop has had."""
    return [each.id for each in Incarnation.select().where(Incarnation.laptop == laptop)]


def laptops_by_incarnation() -> dict[int, str]:
    """Whose each incarnation is."""
    return dict(Incarnation.select(Incarnation.id, Incarnation.laptop).tuples())


# By hand, for they are asked in every round: peewee takes longer to make the SQL than it runs.


def access_if_known(laptop: str) -> Access | None:
    """A laptop, by its id."""
    return _one(Access, "laptop", laptop)


def incarnation_if_known(id: int) -> Incarnation | None:
    """An incarnation of a laptop, by its id, with the laptop: who asks for it asks for its name."""
    found = _one(Incarnation, "id", id)
    if found is not None:
        found.__rel__["access"] = access_if_known(found.laptop)
    return found


@contextmanager
def keeping(by: Incarnation) -> Iterator[None]:
    """Write what changes of an incarnation inside this, in the caller's commit: only that, for no index is of it."""
    before = dict(by.__data__)
    yield
    changed = {name: value for name, value in by.__data__.items() if before[name] != value}
    if changed:
        database = Incarnation._meta.database
        put = ", ".join(f"{name} = {database.param}" for name in changed)
        sql = f"UPDATE hongxian_incarnation SET {put} WHERE id = {database.param}"
        database.execute_sql(sql, [*changed.values(), by.id])


M = TypeVar("M", bound=Model)


def _one(model: type[M], key: str, value: str | int) -> M | None:
    database, fields = model._meta.database, model._meta.sorted_fields
    names = ", ".join(each.column_name for each in fields)
    sql = f"SELECT {names} FROM {model._meta.table_name} WHERE {key} = {database.param}"
    found = database.execute_sql(sql, (value,)).fetchone()
    if found is None:
        return None
    one: M = model(__no_default__=True)
    one.__data__.update(zip((each.name for each in fields), found, strict=True))
    return one
