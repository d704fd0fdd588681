"""Settings of a plugin: one set for the community, kept as versions.

Each save writes a new record, the version, which tells what was changed and beside that what its
writer saw. What counts at a time is put together from the versions up to then, each field from the
last that changed it: so two who change different fields offline keep each other's, a rule sees the
settings as they were when a record was written, and the list of versions is the history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar  # Any: an author's fields, as peewee has them

import peewee

from hongxian.collections.local_time import moment_of
from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.errors import BadCollection, Refused
from hongxian.kinds.text import TextColumn
from hongxian.merges.merge import First, Merge
from hongxian.model.record import COMMUNITY, SYSTEM_FIELDS, Record
from hongxian.model.row import SCOPE, Row
from hongxian.model.stamp import COUNT_BITS, DAY_MILLISECONDS, LATEST, make_stamp
from hongxian.text import LISTED, Text, joined
from hongxian.words.values import Value, Values

CHANGED = "changed"
LATE_DAYS = 7
"""So late a version may still arrive, or be taken back: it counts from when it was written."""
_WRITERS = {"keeper": "hub", "team": "team"}
_SEPARATOR, _NONE = ",", "-"
_NO_DEFAULT = Text(
    "设置 {names} 没有默认值；请写 default=…，或允许为空（null=True）",
    "the settings {names} have no default; write default=…, or null=True",
)
_JOINS = Text(
    "{names} 合并两边写的内容；设置请写只有一个值的字段",
    "{names} join what two write; a setting is a field of one value",
)
_ODD_WRITERS = Text(
    '设置由谁填写：writers 只能是 "keeper" 或 "team"', 'writers of settings are "keeper" or "team"'
)
_TOO_LATE = Text(
    f"这是 {LATE_DAYS} 天以前写的设置，会改变那时起的记录怎样计算，主机不收。请再保存一次，从现在起算。",
    f"These settings were written more than {LATE_DAYS} days ago and would change how what was written since is "
    "judged. Save them once more, to count from now on.",
)
_WRITTEN_ONCE = Text(
    "设置的一版不能再改；请另存一版。", "A version of settings does not change; save another one."
)


@dataclass
class ChangedColumn(TextColumn):
    """The names of the fields that a version changed; shown by their labels."""

    asked_at_first: ClassVar[bool] = False
    asked_later: ClassVar[bool] = False
    labels: Mapping[str, Text] | None = None

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        named = field.model._meta.fields.values()
        labels = {each.name: Text.of(each.verbose_name or each.name) for each in named}
        return super().of(field, merge, labels=labels, **own)

    @property
    def is_searched(self) -> bool:
        return False

    def said(self, plain: Value) -> Text:
        names, labels = (plain or "").split(_SEPARATOR), self.labels or {}
        found = [labels[name] for name in names if name in labels]
        return joined(found, LISTED) if found else Text("全部", "all")


class ChangedField(peewee.CharField):  # type: ignore[misc]
    """What a version changed; empty for all of it."""

    kind = ChangedColumn


S = TypeVar("S", bound="Settings")


class Settings(Record):
    """The base of a plugin's settings: `class StationSettings(Settings)`, fields with defaults.

    Options of Meta: `collection`, `title`, and `writers`: "keeper", on the console, or "team"
    (the default), on any laptop. `change` writes them, `now` and `at` read them.
    """

    changed = ChangedField(
        verbose_name=Text("改了", "Changed"),
        max_length=2_000,
        default="",
        help_text=Text("这一版改了哪几项。", "What this version changed."),
    )

    class Meta:
        scope = COMMUNITY
        writers = "team"

    @classmethod
    def validate_model(cls) -> None:
        """Refuse a setting without a default; a version's own values never change."""
        meta = cls._meta
        if meta.collection is None:
            return
        own = [meta.fields[name] for name in cls._own()]
        joining = [each.name for each in own if hasattr(getattr(each, "kind", None), "merging")]
        bare = [each.name for each in own if each.default is None and not each.null]
        problem = None
        if joining:
            problem = _JOINS.format(names=joining)
        elif bare:
            problem = _NO_DEFAULT.format(names=bare)
        elif meta.writers not in _WRITERS:
            problem = _ODD_WRITERS
        if problem:
            raise BadCollection(model=cls.__name__, detail=problem)
        meta.writers = _WRITERS[meta.writers]
        meta.merges = dict.fromkeys((CHANGED, *cls._own()), First())

    def refuse_odd(self, before: Record | None, age: int) -> None:
        """Raise `Refused` for a version that is rewritten, or whose coming or going reaches far back.

        `age` is in milliseconds.
        """
        own = (CHANGED, *self._own())
        if before is not None and any(getattr(self, n) != getattr(before, n) for n in own):
            raise Refused(_WRITTEN_ONCE)
        if age > LATE_DAYS * DAY_MILLISECONDS:
            raise Refused(_TOO_LATE)

    @classmethod
    def change(cls, **values: Value) -> Self:
        """Write a version that changes these fields; gives what counts then."""
        store = present_store()
        store.create(cls, [values])
        return cls.now(store)

    @classmethod
    def now(cls, store: PresentStore) -> Self:
        """The settings as they are."""
        known = store.database.kept((cls,), lambda: cls._told(cls._versions(store)))
        return cls(**known)

    @classmethod
    def usual(cls, name: str) -> Callable[[], Value]:
        """A field's default elsewhere: what the settings say when a record is made."""
        return lambda: getattr(cls.now(present_store()), name)

    @classmethod
    def at(cls, store: PresentStore, when: datetime) -> Self:
        """The settings as they were at a moment of the community's time."""
        return cls.folded(cls._versions(store), _last_stamp(when))

    @classmethod
    def folded(cls, versions: Iterable[Row], until: int | None = None) -> Self:
        """What counts by these versions, of those that were written up to a stamp."""
        return cls(**cls._told(versions, until))

    @classmethod
    def _told(cls, versions: Iterable[Row], until: int | None = None) -> Values:
        told: dict[str, tuple[int, str, Value]] = {}
        for row in versions:
            for name in () if row.deleted else cls._changed_by(row):
                candidate = (row.stamp_of(name), row.id, row.values.get(name))
                if (until is None or candidate[0] <= until) and candidate > told.get(name, (0,)):
                    told[name] = candidate
        fields = cls._meta.fields
        return {name: fields[name].python_value(told[name][2]) for name in told}

    @classmethod
    def completed(cls, rows: Sequence[Mapping[str, Value]]) -> list[Values]:
        """Each row as the version that is stored: what it names is changed, the rest as it is seen."""
        seen = cls.now(present_store()).__data__
        own = cls._own()
        return [
            {
                **{name: seen.get(name) for name in own},
                **row,
                CHANGED: row.get(CHANGED) or _SEPARATOR.join(n for n in own if n in row) or _NONE,
                SCOPE: COMMUNITY,
            }
            for row in rows
        ]

    @classmethod
    def _own(cls) -> tuple[str, ...]:
        engines = {*SYSTEM_FIELDS, CHANGED}
        return tuple(each.name for each in cls._meta.sorted_fields if each.name not in engines)

    @classmethod
    def _changed_by(cls, row: Row) -> Iterable[str]:
        """The fields that a version changed: all of one that names none."""
        named, own = row.values.get(CHANGED) or "", cls._own()
        return [name for name in own if name in named.split(_SEPARATOR)] if named else own

    @classmethod
    def _versions(cls, store: PresentStore) -> list[Row]:
        return store.collection(cls._meta.collection).rows("NOT deleted")


def _last_stamp(when: datetime) -> int:
    """The largest stamp of a moment's second."""
    milliseconds = min(moment_of(when) + 999, LATEST)
    return make_stamp(milliseconds, (1 << COUNT_BITS) - 1, -1)
