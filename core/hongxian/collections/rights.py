"""Who may write what. The laptop asks the same question as the hub, so it offers nothing in vain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Collection as Some
from dataclasses import dataclass, field
from typing import Protocol

from hongxian.collections.collection import Collection
from hongxian.collections.directory import teams_of
from hongxian.collections.needs import lasts
from hongxian.errors import NotAllowed, Refused
from hongxian.kinds.state import StateColumn
from hongxian.merges.standing import name_of, turn_of
from hongxian.model.circle import CIRCLE, MOST_CIRCLES, begun_by, new_circle, team_of_circle
from hongxian.model.record import COMMUNITY, KEEPER
from hongxian.model.row import DELETED, SCOPE, Change, Row
from hongxian.model.workflow import Transition
from hongxian.text import Text
from hongxian.words.incarnation import Incarnation
from hongxian.words.values import Value

MOST_TURNS = 100
"""That one transaction may take a record's state on."""
_TOO_MANY_CIRCLES = Text(
    f"这台电脑已在 {MOST_CIRCLES} 个知情圈里，不能再开新的。请先移出办结的，或换一台电脑登记。",
    f"This laptop is of {MOST_CIRCLES} circles already and begins no more. Let it out of those that are done, "
    "or write it down on another laptop.",
)


def _anything(_scope: str) -> bool:
    return True


@dataclass(frozen=True)
class Writer:
    """Who wants to write: an incarnation, its laptop's id and teams, and the number that people know."""

    incarnation: Incarnation
    laptop: str
    teams: Some[str]
    number: int = 0
    teams_of: Callable[[str], Some[str]] = teams_of
    """Those of another laptop, by its id: as the directory tells, or at a hub its own tables."""
    circles: Mapping[str, bool] = field(default_factory=dict)
    """Those of which the hub has said whether it is of them, or is no more."""
    may_begin: Callable[[str], bool] = _anything
    """Whether a circle that bears its name is there to be begun: of that only the hub knows better."""

    @property
    def is_hub(self) -> bool:
        """The hub may write everything."""
        return not self.laptop

    def holds(self, scope: str) -> bool:
        """Whether it may see a scope."""
        if self.is_hub or scope == COMMUNITY or scope in self.teams:
            return True
        if team_of_circle(scope) not in self.teams:
            return False
        told = self.circles.get(scope)
        if told is not None:
            return told
        return scope.startswith(begun_by(self.laptop)) and self.may_begin(scope)

    def begin_circle(self, team: str) -> str:
        """The scope of a circle of a team (its scope) that it begins; raises `Refused` beyond the most."""
        if len(self.circles) >= MOST_CIRCLES:
            raise Refused(_TOO_MANY_CIRCLES)
        return new_circle(team, self.laptop)


class Made(Protocol):
    """A row or a record, as far as rights ask about it."""

    @property
    def maker(self) -> str:
        """The id of the laptop that made it, "" for the hub."""

    @property
    def scope(self) -> str:
        """Where it lies."""


def refuse_unless_allowed(
    collection: Collection, row: Row | None, change: Change, writer: Writer
) -> None:
    """Raise `NotAllowed` unless the writer may make this change to this row (None: a new one)."""
    if writer.is_hub:
        return
    if row is not None and not writer.holds(row.scope):
        raise NotAllowed(
            detail=Text(
                f"{collection.name} {change.id} 属于别的团队",
                f"{collection.name} {change.id} belongs to another team",
            )
        )
    if SCOPE in change.values:
        _refuse_scope(collection, row, change.values[SCOPE], writer)
        _refuse_leaving_a_circle(collection, row, change)
    for name in _fields_written(collection, change):
        _refuse_field(collection, name, row, writer)
    for column in collection.states:
        if column.name in change.values:
            _refuse_step(collection, column, change.values[column.name], row, writer)


def may_take(made: Made, step: Transition, writer: Writer) -> bool:
    """Whether to offer a writer a step of a record's workflow."""
    return _is_allowed(step.by, step.name, made, writer)


def may_write(collection: Collection, row: Made | None, name: str, writer: Writer) -> bool:
    """Whether to offer a writer a field of a row, or with "" to make a new one (row None)."""
    if writer.is_hub:
        return True
    if row is not None and not writer.holds(row.scope):
        return False
    return _is_allowed(collection.writers_of(name), name, row, writer)


def may_delete(collection: Collection, row: Row, writer: Writer) -> bool:
    """Whether to offer a writer to delete a row: what lasts nobody deletes."""
    lasting = collection.lasting
    if lasting and lasts(
        lasting, lambda name: collection.columns[name].plain(row.values.get(name))
    ):
        return False
    return may_write(collection, row, DELETED, writer)


def _is_allowed(who: str, what: str, made: Made | None, writer: Writer) -> bool:
    try:
        _refuse_unless(who, what, made, writer)
    except NotAllowed:
        return False
    return True


def _refuse_scope(collection: Collection, row: Row | None, scope: object, writer: Writer) -> None:
    if collection.scope_kind == KEEPER or scope == KEEPER:
        if row is None and scope == collection.scope_kind:
            return
        raise NotAllowed(
            detail=Text(
                f"{collection.name} 交给社区管理员后不能再改",
                f"what was handed in to {collection.name} does not change",
            )
        )
    if collection.scope_kind == COMMUNITY and scope != COMMUNITY:
        raise NotAllowed(
            detail=Text(
                f"{collection.name} 只能属于全社区",
                f"{collection.name} is kept for the whole community",
            )
        )
    if collection.scope_kind in ("team", CIRCLE) and scope == COMMUNITY:
        raise NotAllowed(
            detail=Text(
                f"{collection.name} 只能属于某个团队", f"{collection.name} is kept by a team"
            )
        )
    if not isinstance(scope, str) or not writer.holds(scope):
        raise NotAllowed(
            detail=Text(
                "这台电脑不属于团队 {scope!r}", "this device is not of team {scope!r}"
            ).format(scope=scope)
        )


def _refuse_leaving_a_circle(collection: Collection, row: Row | None, change: Change) -> None:
    if row is not None and team_of_circle(row.scope) and change.values[SCOPE] != row.scope:
        raise NotAllowed(
            detail=Text(
                f"{collection.name} {change.id} 不离开它的知情圈",
                f"{collection.name} {change.id} stays in its circle",
            )
        )


def _fields_written(collection: Collection, change: Change) -> list[str]:
    """The fields to ask about; of a new record's stricter fields only those that are filled in."""
    if not change.whole:
        return list(change.values)
    filled = [
        name
        for name in collection.field_writers
        if name in change.values and change.values[name] not in (None, collection.default_of(name))
    ]
    return ["", *filled]


def _refuse_field(collection: Collection, name: str, row: Row | None, writer: Writer) -> None:
    who = collection.writers_of(name)
    if who != "scope":
        _refuse_unless(who, f"{collection.name}.{name}" if name else collection.name, row, writer)


def _refuse_step(
    collection: Collection, column: StateColumn, value: Value, row: Row | None, writer: Writer
) -> None:
    """A state may be written by whoever may take one of the steps into it; the first one is anybody's.

    From a turn that no laptop comes to nobody could ever go back.
    """
    name, what = name_of(value), f"{collection.name}.{column.name}"
    if turn_of(value) > turn_of(row and row.values.get(column.name)) + MOST_TURNS:
        raise NotAllowed(
            detail=Text(f"{what} 退回的次数不对", f"{what} went back more often than it can have")
        )
    ways = [] if name == column.workflow.first else column.workflow.into(name)
    if ways and not any(_is_allowed(each.by, name, row, writer) for each in ways):
        _refuse_unless(ways[0].by, f"{what} = {name}", row, writer)


def _refuse_unless(who: str, what: str, made: Made | None, writer: Writer) -> None:
    """Raise `NotAllowed` unless the writer is who may write what this names."""
    if writer.is_hub or who == "scope" or (made is None and who != "hub"):
        return
    if who == "hub" or made is None:
        raise NotAllowed(detail=Text(f"{what} 只有社区主机可以填写", f"only the hub writes {what}"))
    is_mine = made.maker == writer.laptop
    if who == "maker" and not is_mine:
        raise NotAllowed(
            detail=Text(
                f"{what} 只有登记它的电脑可以修改", f"only the laptop that made it writes {what}"
            )
        )
    teams = writer.teams_of(made.maker) if who == "team" and made.maker else ()
    if who == "team" and not is_mine and frozenset(teams).isdisjoint(writer.teams):
        raise NotAllowed(
            detail=Text(
                f"{what} 只有登记它的团队可以修改", f"only the team that made it writes {what}"
            )
        )
