"""What people call a record: its name, and behind it what alone tells it from others of that name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hongxian.kinds.column import Column
from hongxian.kinds.person import called
from hongxian.model.claim import Claim
from hongxian.words.values import Values

_NAMING = ("name", "title")


def naming_of(columns: Mapping[str, Column]) -> str | None:
    """The field by which people refer to records, if they have one."""
    return next((name for name in _NAMING if name in columns), None)


def telling_of(
    shown: Mapping[str, Column], known_by: Sequence[str], claims: Iterable[Claim]
) -> str | None:
    """The field that alone is `known_by` and that a claim keeps apart, unless it is the name or a reference."""
    name = known_by[0] if len(known_by) == 1 else ""
    is_sole = any(each.fields == (name,) and not each.only for each in claims)
    is_plain = name in shown and shown[name].reference is None and name != naming_of(shown)
    return name if is_sole and is_plain else None


def called_by(
    columns: Mapping[str, Column], naming: str | None, telling: str | None, values: Values
) -> str:
    """What a record of these values is called; "" where it has no name."""
    if naming is None:
        return ""
    name, told = called(columns[naming], values.get(naming)), values.get(telling or "")
    return name if told is None else f"{name} {told}".strip()
