"""Wrong tries at a code or password, which all processes that serve a hub count together."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Model

from hongxian.model.record import RecordMetadata


class WrongTry(Model):  # type: ignore[misc]
    """One of them; `whose` says by what it is counted, a network address mostly; `at` is in milliseconds since 1970."""

    whose = CharField(max_length=120, index=True)
    at = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_wrong_try"
