"""Undo: what somebody did on this laptop is put back by ordinary writes, as far as it still stands as it was left.

What anybody wrote since upon a field stays. An undoing is a deed like any other, and is undone the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from peewee import SQL, OperationalError

from hongxian.collections.collection import Collection
from hongxian.collections.refusals import told_among
from hongxian.errors import HongxianError, Refused
from hongxian.kinds.merged.merge_state import MergeStateColumn
from hongxian.merges.quota import step_of, together
from hongxian.model.record import SHORT
from hongxian.model.row import DELETED, SCOPE, WRITTEN_BY, Key, Row, ids_by_collection, local_rows
from hongxian.quotas import Use
from hongxian.text import Text, clause
from hongxian.words.values import Value
from hongxian.writing.putting_back import USED, Step, Way, put_back, unmade
from hongxian_client.replica.deeds import (
    KEPT_DAYS,
    Deed,
    DeedPart,
    Was,
    load_text,
    parts_of,
    parts_on,
)
from hongxian_client.replica.replica import Replica

_NEWEST = SQL("rowid").desc()
"""The order in which deeds were done, the newest first: clocks are put back."""
SLICE = 200
"""Records that one transaction puts back, unless they were written together."""
TRIED = 500
"""Records up to which what the rules would say is found by trying."""

_WENT_ON = Text("后来又改过", "it was written on since")
_GONE = Text("本机已没有这条记录", "it is on this laptop no more")
_DELETED = Text("它后来被删除了", "it was deleted since")
_AWAY = Text("它的插件现在不在", "its plugin is away")
_ONE_WAY = Text("“{field}”填了就不能撤回", "“{field}” does not go back once it is filled in")
_FOLLOWS = Text(
    "会随它所依据的记录一起改回", "it follows from another record, and goes back with that"
)


class NotUndone(Refused):
    """A deed that cannot be undone at all; `why` gives the reason."""

    message = Text("不能撤回：{why}。", "It cannot be undone: {why}.")


class UnknownDeed(Refused):
    """No deed of this id is kept here."""

    message = Text(
        "本机没有记着这件事，可能已过了 {days} 天。",
        "This laptop has no record of that; it may be {days} days old or more.",
    )


_ALREADY = Text("已经撤回了", "it is undone already")
_NOTHING = Text("没有什么可以改回的", "there is nothing to put back")
_AND = Text("；", "; ")


@dataclass
class Undoing:
    """What undoing a deed does or would do."""

    steps: list[Step]
    refused: dict[Key, Text] = field(default_factory=dict)
    """What the rules or the rights have against it, by record."""
    never: Text | None = None
    """Why nothing of it can be undone."""
    stamps: Mapping[Key, int] = field(default_factory=dict)
    """Under which a record was written last: what was written together is put back together."""

    @property
    def together(self) -> list[list[Step]]:
        """The steps by the transactions that they put back."""
        groups: dict[int, list[Step]] = {}
        for each in self.steps:
            groups.setdefault(self.stamps.get(each.key, 0), []).append(each)
        return list(groups.values())

    @property
    def done(self) -> list[Step]:
        """What is put back."""
        return [each for each in self.steps if each.does_anything and each.key not in self.refused]

    @property
    def left(self) -> list[tuple[Step, Text]]:
        """What stays as it is, each with the reason."""
        kept = ((each, each.stays.values()) for each in self.steps)
        found = [(each, why) for each, reasons in kept for why in dict.fromkeys(reasons)]
        of = {each.key: each for each in self.steps}
        return found + [(of[key], why) for key, why in self.refused.items()]

    @property
    def why_not(self) -> Text | None:
        """Why nothing of it is put back; None where something is."""
        if self.never is not None:
            return self.never
        if self.done:
            return None
        return self.left[0][1] if self.left else _NOTHING


def deed_of(id: str) -> Deed:
    """A deed by its id, or by the end of it; raises `UnknownDeed`."""
    meant = Deed.id == id if len(id) > SHORT else Deed.id.endswith(id)
    deed: Deed | None = Deed.select().where(meant).order_by(_NEWEST).first() if id else None
    if deed is None:
        raise UnknownDeed(days=KEPT_DAYS)
    return deed


def what_undoing_would_do(replica: Replica, deed: Deed) -> Undoing:
    """What `undo` would do now, with what the rules would say to it; nothing is written."""
    return tried(replica, _planned(replica, deed))


def tried(replica: Replica, undoing: Undoing) -> Undoing:
    """The same with what the rules and rights refuse of it, of so many records as are tried.

    While another program writes they are not asked: they are when it is done.
    """
    if undoing.why_not is None and len(undoing.steps) <= TRIED:
        with suppress(OperationalError), replica.database.impatient():
            _by_halves(replica, undoing, undoing.together, lambda steps: _try(replica, steps))
    return undoing


class _TakenBack(Exception):
    """Ends a trial before anything of it is kept."""


def _try(replica: Replica, steps: Iterable[Step]) -> None:
    with (
        suppress(_TakenBack),
        replica.one_deed(kept=False),
        replica.transaction() as trial,
    ):
        for each in steps:
            put_back(replica, each)
        replica.settle(trial)
        raise _TakenBack


def undo(replica: Replica, deed: Deed) -> Undoing:
    """Put back what a deed wrote; raises `NotUndone` where nothing of it can be."""
    undoing = _planned(replica, deed)
    with replica.one_deed() as doing:
        doing.undoes, doing.back = deed.id, _stood_under(parts_of(deed.id))
        carry_out(replica, undoing)
        with replica.upkeep():
            Deed.update(undone_by=doing.id).where(Deed.id == deed.id).execute()
            Deed.update(undone_by=None).where(Deed.id == deed.undoes).execute()
    return undoing


def carry_out(replica: Replica, undoing: Undoing) -> None:
    """Put back what is planned, each transaction whole; raises `NotUndone` where nothing of it can be."""
    if undoing.why_not is None:
        _by_halves(replica, undoing, undoing.together, lambda steps: _really(replica, steps))
    if undoing.why_not is not None:
        raise NotUndone(why=undoing.why_not)


def _really(replica: Replica, steps: Iterable[Step]) -> None:
    with replica.transaction():
        for each in steps:
            put_back(replica, each)


def _by_halves(
    replica: Replica,
    undoing: Undoing,
    groups: Sequence[Sequence[Step]],
    put: Callable[[list[Step]], None],
) -> None:
    """A slice at a time; one that is refused by halves, until what is refused stands alone."""
    steps = [each for group in groups for each in group if each.does_anything]
    middle = len(groups) // 2
    if len(steps) <= SLICE or len(groups) == 1:
        try:
            put(steps)
        except HongxianError as error:
            if len(groups) == 1:
                why = told_among(error, replica.collections)
                undoing.refused |= {each.key: clause(why) for each in steps}
                return
        else:
            return
    _by_halves(replica, undoing, groups[:middle], put)
    _by_halves(replica, undoing, groups[middle:], put)


# -- what is put back ------------------------------------------------------------------------


def _planned(replica: Replica, deed: Deed) -> Undoing:
    never = _ALREADY if deed.undone_by else load_text(deed.final)
    if never is not None:
        return Undoing([], never=never)
    return planned(replica, parts_of(deed.id))


def planned(replica: Replica, parts: Sequence[DeedPart]) -> Undoing:
    """What puts back what these parts wrote."""
    stamps = {(part.collection, part.record): part.stamp for part in parts}
    return Undoing(list(steps_back(replica, parts)), stamps=stamps)


def steps_back(replica: Replica, parts: Sequence[DeedPart]) -> Iterator[Step]:
    """What puts back what these parts wrote, the record that was written last first."""
    of: dict[Key, list[DeedPart]] = {}
    for part in reversed(parts):
        of.setdefault((part.collection, part.record), []).insert(0, part)
    later, rows = parts_on(of), _rows(replica, of)
    follows = replica.exchanges.worked_out()
    for key, own in of.items():
        name, id = key
        if name not in replica.collections:
            yield Step(name, id, Way.EDIT, stays={"": _AWAY})
        elif name in follows:
            yield Step(name, id, Way.EDIT, stays={"": _FOLLOWS})
        elif key not in rows:
            yield Step(name, id, Way.EDIT, stays={"": _GONE})
        else:
            step = _Record(replica.collections[name], rows[key], own, later[key]).step()
            if step is not None:
                yield step


def _rows(replica: Replica, keys: Iterable[Key]) -> dict[Key, Row]:
    return {
        (name, id): row
        for name, ids in ids_by_collection(keys).items()
        if name in replica.collections
        for id, row in local_rows(replica.view(replica.collections[name], ids)).items()
    }


class _Record:
    """One record that a deed wrote, as it is now."""

    def __init__(
        self,
        collection: Collection,
        row: Row,
        own: Sequence[DeedPart],
        later: Sequence[DeedPart],
    ) -> None:
        self.collection, self.row = collection, row
        self.own, self.was = own, [part.load() for part in own]
        self.stamps = {part.stamp for part in own}
        self._back = {part.stamp: part.load().back for part in later if part.was}

    def step(self) -> Step | None:
        """What puts it back; None where nothing is left of the deed."""
        name, id = self.collection.name, self.row.id
        if self.own[0].made:
            return unmade(self.collection, self.row, {"": _WENT_ON} if self._went_on() else {})
        step = Step(name, id, Way.EDIT)
        if self.row.deleted and not any(DELETED in was.before for was in self.was):
            step.stays[""] = _DELETED
            return step
        written = (each for was in self.was for each in (*was.before, *was.parts))
        for each in dict.fromkeys(written):
            self._put_back(step, each)
        if step.values.get(DELETED):
            step.way = Way.DELETE
        elif DELETED in step.values:
            step.way = Way.BRING_BACK
        return step if step.values or step.stays else None

    def _went_on(self) -> bool:
        """Whether anybody wrote on it since the deed, but for what was undone."""
        names = self.row.values.keys() - {WRITTEN_BY, DELETED}
        return any(min(self._stands_under(name)) > max(self.stamps) for name in names)

    def _stands_under(self, name: str) -> list[int]:
        """The stamp of a field; of what an undoing brought back, those too under which it stood before."""
        stamps = [self.row.stamp_of(name)]
        while (stamp := self._back.get(stamps[-1], {}).get(name, stamps[-1])) not in stamps:
            stamps.append(stamp)
        return stamps

    def _put_back(self, step: Step, name: str) -> None:
        column = self.collection.columns.get(name)
        if isinstance(column, MergeStateColumn):
            value = self._taken_back(
                column, [was.parts[name] for was in self.was if name in was.parts]
            )
            if value is None:
                step.stays[name] = USED
            else:
                step.values[name] = value
            return
        if column is None and name not in (DELETED, SCOPE):
            return  # of another release: its values stand in no table here
        now, [before, *_] = self.row.values.get(name), self._before(name)
        last = max(
            part.stamp for part, was in zip(self.own, self.was, strict=True) if name in was.before
        )
        if name == DELETED and bool(before) and not now:
            is_as_left = not self._went_on()  # it was brought back, and is to go again
        else:
            is_as_left = last in self._stands_under(name)
        if bool(before) == bool(now) if name == DELETED else before == now:
            return
        if not is_as_left:
            step.stays[name] = _WENT_ON
        elif not self._goes_back(name, before):
            step.stays[name] = _ONE_WAY.format(field=self.collection.columns[name].label)
        else:
            step.values[name] = bool(before) if name == DELETED else before

    def _before(self, name: str) -> list[Value]:
        return [was.before[name] for was in self.was if name in was.before]

    def _goes_back(self, name: str, before: Value) -> bool:
        """Whether the field's merge keeps what stood there before over what stands there now."""
        column, rule = self.collection.columns.get(name), self.collection.rule_of(name)
        now, stamp = self.row.values.get(name), self.row.stamp_of(name)
        value = column.part(now, before, 0) if column else before
        return bool(rule.join(now, stamp, value, self.row.newest + 1)[0] == value)

    def _taken_back(self, column: MergeStateColumn, parts: Sequence[Value]) -> Value:
        if column.name not in self.collection.quotas:
            return column.taken_back(parts)
        step = together(map(step_of, parts))
        spent = step.spent - step.given_back
        if step.granted or step.uncovered or step.passed or not spent:
            return None
        return Use("give_back", spent) if spent > 0 else Use("spend", -spent)


def _stood_under(parts: Sequence[DeedPart]) -> dict[Key, dict[str, int]]:
    """The stamps under which stood what these parts replaced, by record."""
    found: dict[Key, dict[str, int]] = {}
    for part in parts:
        was: Was = part.load()
        of = found.setdefault((part.collection, part.record), {})
        found[part.collection, part.record] = {**was.seen, **of}
    return found


def last_deed() -> Deed:
    """What was done last that is not undone and undoes nothing; raises `UnknownDeed` where nothing is known."""
    standing = Deed.select().where(Deed.undone_by.is_null() & Deed.undoes.is_null())
    deed: Deed | None = standing.order_by(_NEWEST).first()
    if deed is None:
        raise UnknownDeed(days=KEPT_DAYS)
    return deed


def last_done(person: str | None, since: int, kept: str) -> tuple[Deed, bool] | None:
    """What this person (None: whoever is not named) did last since a time, and whether one press undoes it.

    It does not where it cannot be undone, nor where something newer was undone: then it is asked first.
    What no page told is not meant: what pages told is offered, or is `kept`, the id of what stays.
    """
    own = Deed.person.is_null() if person is None else Deed.person == person
    told = Deed.offered | (Deed.id == kept) | Deed.undoes.is_null(False)
    newest = Deed.select().where(own & told & (Deed.at >= since)).order_by(_NEWEST)
    standing = newest.where(Deed.undone_by.is_null() & Deed.undoes.is_null()).first()
    if standing is None:
        return None
    last = newest.first()
    return standing, bool(standing.offered and standing.id in (last.id, done_again_by(last)))


def done_again_by(deed: Deed) -> str | None:
    """The id of the deed that this one does again, where it undoes an undoing."""
    undone = Deed.get_or_none(Deed.id == deed.undoes) if deed.undoes else None
    again: str | None = undone.undoes if undone else None
    return again


def lately(limit: int) -> list[Deed]:
    """What was done here last, the newest first."""
    return list(Deed.select().order_by(_NEWEST).limit(limit))
