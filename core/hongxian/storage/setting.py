"""Small facts that a database keeps about itself: its format, its clock, its lives."""

from __future__ import annotations

from itertools import chain
from typing import Any

import orjson
from peewee import CharField, Model, TextField

from hongxian.record import RecordMetadata


class Setting(Model):  # type: ignore[misc]
    """One named JSON value."""

    name = CharField(max_length=80, primary_key=True)
    value = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_setting"


def get_settings() -> dict[str, Any]:
    """All of them; there are few."""
    rows = Setting._meta.database.execute_sql("SELECT name, value FROM hongxian_setting").fetchall()
    return {name: orjson.loads(value) for name, value in rows}


# Every write reads and writes some of these; peewee takes longer to make the SQL than it takes to run.


def get_setting(name: str, default: Any = None) -> Any:
    """One of them."""
    database = Setting._meta.database
    sql = f"SELECT value FROM hongxian_setting WHERE name = {database.param}"
    held = database.execute_sql(sql, (name,)).fetchone()
    return default if held is None else orjson.loads(held[0])


def put_settings(**values: Any) -> None:
    """Set some of them, inside the caller's transaction; what is so already is not written again."""
    database = Setting._meta.database
    rows = ", ".join([f"({database.param}, {database.param})"] * len(values))
    sql = (
        f"INSERT INTO hongxian_setting (name, value) VALUES {rows} "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value "
        "WHERE hongxian_setting.value <> excluded.value"
    )
    texts = ((name, orjson.dumps(value).decode()) for name, value in values.items())
    database.execute_sql(sql, list(chain.from_iterable(texts)))
