"""Small facts that a database keeps about itself: its format, its clock, its lives."""

from __future__ import annotations

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
    return {
        name: orjson.loads(value)
        for name, value in Setting.select(Setting.name, Setting.value).tuples()
    }


def get_setting(name: str, default: Any = None) -> Any:
    """One of them."""
    held = Setting.get_or_none(Setting.name == name)
    return default if held is None else orjson.loads(held.value)


def put_settings(**values: Any) -> None:
    """Set some of them, inside the caller's transaction."""
    for name, value in values.items():
        text = orjson.dumps(value).decode()
        (
            Setting.insert(name=name, value=text)
            .on_conflict(conflict_target=[Setting.name], update={Setting.value: text})
            .execute()
        )
