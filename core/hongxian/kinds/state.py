"""States: where a thing stands in its workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self  # Any: peewee's and marshmallow's options

import peewee
from marshmallow import fields

from hongxian.errors import BadCollection, Refused
from hongxian.kinds.text import TextColumn
from hongxian.kinds.typed_input import text_of
from hongxian.merges.merge import Merge
from hongxian.merges.standing import FIGURES, LAST_TURN, LONGEST, ByTurn, Standing, name_of
from hongxian.model.workflow import Workflow
from hongxian.text import Text
from hongxian.words.values import Cell, Value

_UNKNOWN_STATE = Text("没有这个状态。", "There is no such state.")
_ODD_STATE = Text(
    "{field} 的工作流提到没有的字段：{names}", "the workflow of {field} names no field: {names}"
)

_OWN_MERGE = Text(
    "{field} 是状态，怎样合并已经定了；请从 merges 里去掉",
    "{field} is a state, which merges in its own way; leave it out of merges",
)


class StepNotThere(Refused):
    """A state that does not follow the one that the record is in; `following` are those that do."""

    message = Text(
        "{field}现在是“{before}”，不能直接变成“{after}”；下一步可以是：{following}。",
        "{field} is {before} and cannot become {after}; what may follow: {following}.",
    )


@dataclass
class StateColumn(TextColumn):
    """A `StateField`: its name for people and programs, and as it travels its `Standing`."""

    kind_name: ClassVar[str] = "state"
    typed_as: ClassVar[Text] = Text("状态", "a state")
    asked_at_first: ClassVar[bool] = False
    asked_later: ClassVar[bool] = False
    sheet_width: ClassVar[int] = 12

    workflow: Workflow = field(kw_only=True)

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        workflow: Workflow = field.workflow
        if merge is not None:
            detail = _OWN_MERGE.format(field=field.name)
            raise BadCollection(model=field.model.__name__, detail=detail)
        odd = sorted(workflow.fields - field.model._meta.fields.keys())
        if odd:
            detail = _ODD_STATE.format(field=field.name, names=odd)
            raise BadCollection(model=field.model.__name__, detail=detail)
        by_turn = ByTurn(workflow.place_of, workflow.leads_to)
        return super().of(field, by_turn, workflow=workflow, **own)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.values_allowed = frozenset()  # what travels is more than the name

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return types == {str} and all(name_of(each) in self.workflow for each in set(values))

    def rule(self, **options: Any) -> fields.Field[Any]:
        return _State(self.workflow, **{**options, "validate": []})

    # -- how values travel -----------------------------------------------------------------------

    def default_on_wire(self) -> Value:
        return self._standing(0, self.default)

    def part(self, held: Value, value: Value, owner: int) -> Value:
        """The standing that a name becomes where another is held; raises `StepNotThere`.

        A standing is put back as it was: it is taken for a correction, which need be no step.
        """
        name, before = name_of(value), name_of(held)
        if name == before:
            return held
        if name not in self.workflow:
            return value  # which is refused as any wrong value is
        if before is None:
            return self._standing(0, name)
        if name == value:
            self._refuse_leap(before, name)
        was = Standing.read(held) or Standing(0, self.workflow.place_of(before), before)
        goes_on = self.workflow.place_of(name) > was.place
        return self._standing(was.turn if goes_on else min(was.turn + 1, LAST_TURN), name)

    def _standing(self, turn: int, name: str) -> str:
        return Standing(turn, self.workflow.place_of(name), name).travelling()

    def _refuse_leap(self, before: str, name: str) -> None:
        following = [each.to for each in self.workflow.after(before)]
        if name not in following:
            title = self.workflow.title_of
            raise StepNotThere(
                field=self.label,
                before=title(before),
                after=title(name),
                following=[title(each) for each in following] or Text("没有了", "nothing"),
            )

    # -- for a person or program -----------------------------------------------------------------

    def plain(self, value: Value) -> Value:
        return name_of(value)

    def parse(self, cell: Cell) -> Value:
        return self._choice(text_of(cell))

    def to_cell(self, value: Value) -> Cell | Text:
        return super().to_cell(name_of(value))

    def differs(self, held: Value, value: Value) -> bool:
        return bool(name_of(held) != value)

    def sql(self, quoted: str) -> str:
        return f"ltrim({quoted}, '{FIGURES}')"


class StateField(peewee.CharField):  # type: ignore[misc]
    """Where a thing stands: `StateField(Workflow(State(...), ..., Transition(...), ...))`.

    Reads as the name of its state, in queries too. What may be written is the name of one that a step
    leads to.
    """

    kind = StateColumn

    def __init__(self, workflow: Workflow, **options: Any) -> None:
        self.workflow = workflow
        usual = {"verbose_name": Text("状态", "State"), "default": workflow.first}
        super().__init__(**{**usual, **options}, max_length=LONGEST, choices=workflow.choices)

    def python_value(self, value: Value) -> Value:
        return name_of(value)

    def __sql__(self, ctx: peewee.Context) -> peewee.Context:
        """In every query the name alone."""
        name = peewee.fn.LTRIM(self.column, peewee.SQL(f"'{FIGURES}'"))
        return ctx.sql(name)


class _State(fields.Field):  # type: ignore[type-arg]
    default_error_messages: dict[str, Any] = {"invalid": _UNKNOWN_STATE}

    def __init__(self, workflow: Workflow, **options: Any) -> None:
        self.workflow = workflow
        super().__init__(**options)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> Value:
        if not isinstance(value, str) or name_of(value) not in self.workflow:
            raise self.make_error("invalid")
        return value
