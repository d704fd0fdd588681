"""What follows from a model alone, worked out once in a process: it is most of opening a database."""

from collections.abc import Callable, Iterable
from copy import copy
from typing import TypeVar

from peewee import Model

from hongxian.collections.collection import Collection
from hongxian.model.record import Record
from hongxian.storage.database import AnyDatabase

T = TypeVar("T")


def collection_of(model: type[Record], database: AnyDatabase) -> Collection:
    """What the engine knows of a model, in a database; raises `BadCollection`."""

    def read() -> Collection:
        collection = Collection(model, database)
        del collection.database  # it ends before the model does
        return collection

    known = copy(_once(model, database, read))
    known.database = database
    return known


def make_table(model: type[Model], database: AnyDatabase, more: Iterable[str] = ()) -> None:
    """Make a model's table and its indexes, those that are not there; `more` are columns of text that it has too."""

    def put_together() -> list[tuple[str, tuple[object, ...]]]:
        schema = model._schema
        made = [schema._create_table(safe=True), *schema._create_indexes(safe=True)]
        (table, parameters), *indexes = (each.query() for each in made)
        # At once: for a column that is added later SQLite reads anew what it holds of every table.
        within, bracket, behind = table.rpartition(")")
        table = "".join([within, *(f", {each} TEXT" for each in more), bracket, behind])
        return [(sql, tuple(told)) for sql, told in ((table, parameters), *indexes)]

    for sql, parameters in _once(model, database, put_together):
        database.execute_sql(sql, parameters)


def _once(model: type[Model], database: AnyDatabase, work_out: Callable[[], T]) -> T:
    """What is worked out of a model for one kind of database; kept as long as the model is there."""
    kept: dict[tuple[str, bool], T] = vars(model._meta).setdefault("worked_out", {})
    what = work_out.__qualname__, database.postgres
    if what not in kept:
        kept[what] = work_out()
    return kept[what]
