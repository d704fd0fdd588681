"""A record as the engine sees it, what happens when a change meets it, and its three sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

import orjson

from hongxian.merges.merge import Merge
from hongxian.words.values import Value, Values

SCOPE = "scope"
DELETED = "deleted"
MAKER = "maker"
WRITTEN_BY = "written_by"
"""Who wrote a record last, as their laptop calls them. Its stamp tells which write it is about: of
a write under another stamp only the laptop is known."""

Key = tuple[str, str]
"""A record: its collection and id."""
UNWRITTEN = 0
"""The stamp of a field that nobody has written: its default is seen, and any write comes after it."""

RuleOf = Callable[[str], Merge]
"""The merge of a field, by the field's name."""


@dataclass(slots=True)
class Row:
    """One record's values with the stamps that wrote them.

    `stamp` wrote every field that `stamps` does not name. `values` holds the collection's
    fields, fields unknown to this release, and those that every record has: scope, deleted,
    written_by. A field that its maker's release did not have is there by its default.
    """

    id: str
    stamp: int
    values: Values
    stamps: dict[str, int] = field(default_factory=dict)
    seq: int = 0
    hash: int = field(default=0, compare=False)
    """What its table keeps to know it again by (see `row_hash.py`); of what was read, not of what
    was merged into it since."""
    maker: str = ""
    """The id of the laptop that made it, "" for the hub; it is of no value's merge and never changes."""

    def stamp_of(self, name: str) -> int:
        """The stamp that wrote this field."""
        return self.stamps.get(name, self.stamp if name in self.values else UNWRITTEN)

    @property
    def newest(self) -> int:
        """The stamp of the latest write to any field."""
        return max(self.stamp, *self.stamps.values()) if self.stamps else self.stamp

    @property
    def person(self) -> str | None:
        """Who made the latest write, where more than their laptop is known."""
        told = self.stamp_of(WRITTEN_BY) == self.newest
        return self.values.get(WRITTEN_BY) if told else None

    @property
    def scope(self) -> str:
        """Whose laptops hold it."""
        return str(self.values[SCOPE])

    @property
    def deleted(self) -> bool:
        """Whether it is a tombstone."""
        return bool(self.values.get(DELETED))

    @property
    def all_stamps(self) -> set[int]:
        """The stamps of all that is in it."""
        return {self.stamp, *self.stamps.values()}

    def newest_before(self, stamp: int) -> int:
        """The stamp of the latest write to any field that was not made under `stamp`."""
        return max(
            (each for each in (self.stamp, *self.stamps.values()) if each != stamp), default=0
        )

    def copy(self) -> Row:
        """A row that may be merged into without touching this one."""
        values, stamps = dict(self.values), dict(self.stamps)
        return Row(self.id, self.stamp, values, stamps, self.seq, self.hash, self.maker)

    def put(self, name: str, value: Value, stamp: int) -> None:
        """Set one field as written under `stamp`."""
        self.values[name] = value
        if stamp == self.stamp:
            self.stamps.pop(name, None)
        else:
            self.stamps[name] = stamp


class Head(NamedTuple):
    """What is asked of a row that another takes the place of."""

    seq: int
    scope: str
    deleted: bool
    hash: int


@dataclass(slots=True)
class Change:
    """What one transaction writes to one record.

    `whole` makes the record; otherwise `replaced` names, for each field, the stamp that the
    writer saw there (for a deletion: the newest stamp of the whole record).
    """

    id: str
    stamp: int
    values: Values
    replaced: dict[str, int] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """A value that a merge did not keep although its writer had not seen the kept one."""

    field: str
    kept: Value
    kept_stamp: int
    lost: Value
    lost_stamp: int
    replaced: int = 0
    """The stamp that the arriving change said it replaced."""


def rows_of_columns(names: Sequence[str], columns: Sequence[Sequence[Value]]) -> list[Row]:
    """Rows from travelling columns; whatever is not the engine's is a value."""
    place = {name: number for number, name in enumerate(names)}
    own = [name for name in names if name not in _NO_VALUES]
    rows = []
    for each in zip(*columns, strict=True):
        values = {name: each[place[name]] for name in own}
        extra = each[place["extra"]] if "extra" in place else None
        if extra:
            values.update(orjson.loads(extra))
        stamps = each[place["stamps"]] if "stamps" in place else None
        rows.append(
            Row(
                each[place["id"]],
                each[place["stamp"]],
                values,
                load_stamps(stamps),
                each[place["seq"]] if "seq" in place else 0,
                each[place["hash"]] if "hash" in place else 0,
                each[place[MAKER]] if MAKER in place else "",
            )
        )
    return rows


_NO_VALUES = frozenset({"id", "stamp", "stamps", "seq", "extra", "hash", MAKER})


def dump_stamps(stamps: dict[str, int]) -> str | None:
    """`{field: stamp}` as kept with a row, canonical: `{"stamp": [fields]}`, shortest first known.

    Fields written together share one entry, so ten edits of one form cost one stamp.
    """
    if not stamps:
        return None
    by_stamp: dict[str, list[str]] = {}
    for name, stamp in sorted(stamps.items()):
        by_stamp.setdefault(str(stamp), []).append(name)
    return orjson.dumps(by_stamp, option=orjson.OPT_SORT_KEYS).decode()


def load_stamps(text: str | None) -> dict[str, int]:
    """The reverse of `dump_stamps`."""
    if not text:
        return {}
    return {name: int(stamp) for stamp, names in orjson.loads(text).items() for name in names}


def with_unwritten(texts: Sequence[str | None], names: Iterable[str]) -> list[str | None]:
    """Kept stamps of rows, told too that nobody has written these fields where they have no stamp."""
    unwritten = dict.fromkeys(names, UNWRITTEN)
    told = {text: dump_stamps({**unwritten, **load_stamps(text)}) for text in set(texts)}
    return [told[text] for text in texts]


def ids_by_collection(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The ids of records by their collections, in their order."""
    found: dict[str, list[str]] = {}
    for name, id in keys:
        found.setdefault(name, []).append(id)
    return found


def new_row(change: Change, maker: str) -> Row:
    """The record that a whole change of a laptop's makes."""
    return Row(change.id, change.stamp, {DELETED: False, **change.values}, maker=maker)


def is_anothers(row: Row | None, change: Change, rule_of: RuleOf) -> bool:
    """Whether a row bears a change's stamp with other values: then another transaction has that stamp too."""
    if row is None or (row.stamp != change.stamp and change.stamp not in row.stamps.values()):
        return False
    return any(
        row.stamp_of(name) == change.stamp
        and row.values.get(name) != value
        and not rule_of(name).of(row.values.get(name), value).keeps_both
        for name, value in change.values.items()
    )


def join_changes(first: Change, second: Change, rule_of: RuleOf) -> Change:
    """What one transaction wrote to one record in two steps, as one change."""
    values = dict(first.values)
    for name, value in second.values.items():
        rule = rule_of(name).of(values.get(name), value)
        if name in values and rule.keeps_both:
            value = rule.join_parts(values[name], value)
        values[name] = value
    replaced = {**second.replaced, **first.replaced}
    if DELETED in second.replaced:
        replaced[DELETED] = max(second.replaced[DELETED], *first.replaced.values(), 0)
    return Change(first.id, first.stamp, values, {} if first.whole else replaced, first.whole)


def merge_change(row: Row, change: Change, rule_of: RuleOf) -> list[Loss]:
    """Merge a change into a row in place; return what was lost unseen.

    Merging the same change again leaves the row as it is. What it lost the first time is told
    again, so whoever keeps losses must know a repeated transaction.
    """
    losses = []
    if row.deleted and DELETED not in change.values and not change.whole:
        losses.append(_revival(row, change))
    for name, value in change.values.items():
        current, current_stamp = row.values.get(name), row.stamp_of(name)
        rule = rule_of(name).of(current, value)
        if current_stamp == change.stamp:  # this change again, or its transaction's next word
            if rule.keeps_both:
                value, _ = rule.join(current, current_stamp, value, change.stamp)
            row.values[name] = value
            continue
        seen_stamp = row.newest_before(change.stamp) if name == DELETED else current_stamp
        seen = change.replaced.get(name) == seen_stamp
        if name == DELETED and value and not seen and not row.deleted:
            losses.append(
                Loss(DELETED, False, seen_stamp, True, change.stamp, change.replaced.get(name, 0))
            )
            continue
        kept, kept_stamp = rule.join(current, current_stamp, value, change.stamp)
        row.put(name, kept, kept_stamp)
        is_kept = kept_stamp == change.stamp
        sides = (value, current) if is_kept else (current, value)
        if rule.keeps_both or rule.includes(*sides) or name == WRITTEN_BY:
            continue  # two people who write one record differ by name: that is for nobody to decide
        if not is_kept:
            losses.append(
                Loss(
                    name, current, current_stamp, value, change.stamp, change.replaced.get(name, 0)
                )
            )
        elif not seen:
            losses.append(
                Loss(
                    name, value, change.stamp, current, current_stamp, change.replaced.get(name, 0)
                )
            )
    return losses


def _revival(row: Row, change: Change) -> Loss:
    """An edit that had not seen the deletion brings the record back, for a person to decide.

    The row lives again under the edit's stamp or the deletion's, whichever is later; the hub,
    which alone decides this, gives the field a stamp of its own afterwards.
    """
    deletion = row.stamp_of(DELETED)
    row.put(DELETED, False, max(deletion, change.stamp))
    return Loss(DELETED, False, change.stamp, True, deletion)


def join_rows(mine: Row, theirs: Row, rule_of: RuleOf) -> bool:
    """Join another copy of the same record into mine, field by field; say whether mine changed.

    A field that theirs does not hold at all (their release lacks it) is left alone. A tombstone
    holds no values: where a record outlives one, its own count.
    """
    changed = False
    ends_otherwise = mine.deleted != theirs.deleted and DELETED in theirs.values
    is_later = _last_word_on_end(theirs) > _last_word_on_end(mine)
    lives = not (theirs if is_later else mine).deleted
    for name, value in theirs.values.items():
        held, held_stamp = mine.values.get(name), mine.stamp_of(name)
        rule = rule_of(name).of(held, value)
        kept, kept_stamp = rule.join(held, held_stamp, value, theirs.stamp_of(name))
        if ends_otherwise and not rule.keeps_both and (lives or name == DELETED):
            kept, kept_stamp = (value, theirs.stamp_of(name)) if is_later else (held, held_stamp)
        if kept != held or kept_stamp != held_stamp:
            mine.put(name, kept, kept_stamp)
            changed = True
    return changed


def _last_word_on_end(row: Row) -> int:
    """The stamp under which somebody last said whether it is deleted.

    Its making says nothing of that: what is sent anew out of an older copy is made under a later stamp.
    """
    return row.stamp_of(DELETED) if row.deleted else row.stamps.get(DELETED, UNWRITTEN)


class Pending(Protocol):
    """A change that this laptop has written and the hub has not taken in, or has refused."""

    @property
    def refused(self) -> bool:
        """Whether the hub refused it and it waits for a person."""

    def as_change(self) -> Change:
        """The change itself."""


P = TypeVar("P", bound=Pending, covariant=True)


@dataclass(slots=True)
class RecordView(Generic[P]):
    """A record as the hub has taken it in, as it is seen here, and the changes between the two."""

    base: Row | None
    """As the hub has it; None while the hub does not know it."""
    pending: Sequence[P]
    """Oldest first; none at the hub itself."""
    local: Row
    """The base with what is pending merged on top, under the stamps that wrote what is seen."""

    @property
    def refused(self) -> bool:
        """Whether the hub refused any of what is pending."""
        return any(each.refused for each in self.pending)


def local_rows(views: Mapping[str, RecordView[Pending]]) -> dict[str, Row]:
    """What is seen of each record, by id."""
    return {id: view.local for id, view in views.items()}
