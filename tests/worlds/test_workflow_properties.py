"""States arrive at one, over drawn workflows, releases that differ, any order and whoever meets whom."""

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise, permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hongxian import Record, State, StateField, Text, Transition, Workflow
from hongxian.kinds.registry import BY_SHAPE, column_of
from hongxian.kinds.state import StateColumn
from hongxian.merges.standing import ByTurn, Standing, name_of
from hongxian.model.row import SCOPE, Change, Row, join_rows, merge_change, new_row
from meeting import meeting
from samples import plugin

NAMES = tuple("abcdefg")
LAPTOPS = 3
Written = tuple[str, int]
"""A standing and the stamp that it was written under."""


@st.composite
def workflows(draw: st.DrawFn, names: tuple[str, ...] = NAMES) -> Workflow:
    """Some of these states in their order or another, with any steps between them, also back."""
    states = draw(st.permutations(draw(st.lists(st.sampled_from(names), min_size=2, unique=True))))
    pairs = st.tuples(st.sampled_from(states), st.sampled_from(states))
    steps = draw(st.lists(pairs.filter(lambda pair: pair[0] != pair[1]), max_size=12, unique=True))
    return Workflow(
        *(State(each, Text(each, each)) for each in states),
        *(Transition(f"s{n}", Text("走", "Go"), *pair) for n, pair in enumerate(steps)),
    )


def column(workflow: Workflow) -> StateColumn:
    class Thing(Record):
        state = StateField(workflow)

        class Meta:
            collection = "drawn.thing"

    made = column_of(Thing, Thing.state, None)
    assert isinstance(made, StateColumn)
    return made


STANDINGS = st.one_of(
    st.sampled_from(NAMES),
    st.builds(
        lambda *parts: Standing(*parts).travelling(),
        st.integers(0, 2),
        st.integers(0, 6),
        st.sampled_from(NAMES),
    ),
)
WRITES = st.lists(
    st.tuples(STANDINGS, st.integers(1, 99)), min_size=3, max_size=4, unique_by=lambda w: w[1]
)


def joined(merge: ByTurn, *writes: Written) -> Written:
    return reduce(lambda mine, theirs: merge.join(*mine, *theirs), writes)


@given(workflow=workflows(), writes=WRITES)
def test_standings_join_in_any_order_and_any_grouping(
    workflow: Workflow, writes: list[Written]
) -> None:
    merge = ByTurn(workflow.place_of, workflow.leads_to)
    first, second, third = writes[:3]
    left = joined(merge, joined(merge, first, second), third)
    assert left == joined(merge, first, joined(merge, second, third))
    assert joined(merge, left, left) == joined(merge, left, first) == left
    assert {joined(merge, *order) for order in permutations(writes)} == {joined(merge, *writes)}


@given(mine=workflows(), theirs=workflows(), writes=WRITES)
def test_two_releases_of_a_workflow_join_standings_alike(
    mine: Workflow, theirs: Workflow, writes: list[Written]
) -> None:
    told = [write for write in writes if Standing.read(write[0])]
    merges = (ByTurn(mine.place_of), ByTurn(theirs.place_of))
    if told:
        assert len({joined(merge, *told) for merge in merges}) == 1
    for one, other in permutations(told, 2):
        assert BY_SHAPE.of(one[0], other[0]).join(*one, *other) == joined(merges[0], one, other)


@given(workflow=workflows())
def test_what_leads_on_is_further_and_never_leads_back(workflow: Workflow) -> None:
    for one, other in permutations(workflow.choices, 2):
        if workflow.leads_to(one[0], other[0]):
            assert workflow.place_of(one[0]) < workflow.place_of(other[0])
    road = workflow.main_road
    assert road[0] == workflow.first
    assert all(workflow.leads_to(*pair) for pair in pairwise(road))


@given(mine=workflows(), theirs=workflows(), data=st.data())
def test_what_is_written_stands_whatever_was_seen(
    mine: Workflow, theirs: Workflow, data: st.DataObject
) -> None:
    """A step, also back, an undo, and a step from what only another release knows."""
    held, own = data.draw(st.sampled_from([mine, theirs])), column(mine)
    was = own.part(None, held.first, 1) if held is mine else column(theirs).default_on_wire()
    name = data.draw(st.sampled_from([each.name for each in mine.states]))
    back = Standing(0, 0, name).travelling()
    written = own.part(was, back, 1)
    assert name_of(written) == name
    if name != name_of(was):
        assert own.merge.join(was, 5, written, 6) == (written, 6)
        assert own.merge.join(written, 6, was, 5) == (written, 6)


# -- laptops that write and meet -------------------------------------------------------------------

ACT = st.tuples(
    st.sampled_from(["step", "step", "undo", "meet"]),
    st.integers(0, LAPTOPS - 1),
    st.integers(0, 9),
)
ACTS = st.lists(ACT, min_size=5, max_size=25)


@dataclass
class Laptop:
    """One laptop's record, by its own release of the workflow."""

    row: Row
    column: StateColumn

    def rule_of(self, name: str) -> Any:
        return self.column.merge if name == "state" else BY_SHAPE

    def write(self, what: str, which: int, stamp: int) -> Change | None:
        held, workflow = self.row.values["state"], self.column.workflow
        steps = workflow.after(name_of(held))
        states = workflow.states
        wanted = (
            Standing(0, 0, states[which % len(states)].name).travelling()
            if what == "undo" or not steps
            else steps[which % len(steps)].to
        )
        part = self.column.part(held, wanted, 1)
        if part == held:
            return None
        change = Change("r", stamp, {"state": part}, {"state": self.row.stamp_of("state")})
        assert merge_change(self.row, change, self.rule_of) == []
        assert self.row.values["state"] == part
        return change


def play(workflows: list[Workflow], acts: list[tuple[str, int, int]]) -> tuple[Any, Any]:
    """Laptops that step, put back and meet; with the row that they began with and all changes."""
    made = Change("r", 1, {SCOPE: "team", "state": "00>0>a"}, whole=True)
    laptops = [Laptop(new_row(made, "laptop"), column(each)) for each in workflows]
    changes = []
    for stamp, (what, place, which) in enumerate(acts, 2):
        laptop = laptops[place]
        if what == "meet":
            join_rows(laptop.row, laptops[which % LAPTOPS].row, laptop.rule_of)
        elif change := laptop.write(what, which, stamp):
            changes.append(change)
    return made, (laptops, changes)


@given(drawn=st.lists(workflows(), min_size=LAPTOPS, max_size=LAPTOPS), acts=ACTS, data=st.data())
def test_laptops_of_different_releases_come_to_the_same_in_any_order(
    drawn: list[Workflow], acts: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    made, (laptops, changes) = play(drawn, acts)
    for _ in range(2):
        for one, other in permutations(laptops, 2):
            join_rows(one.row, other.row, one.rule_of)
    late = new_row(made, "laptop")
    for change in data.draw(st.permutations(changes)):
        merge_change(late, change, laptops[0].rule_of)
    assert [each.row for each in laptops] == [late] * LAPTOPS


@given(workflow=workflows(), acts=ACTS)
def test_a_state_that_did_not_stand_leads_to_the_one_that_does_or_is_told(
    workflow: Workflow, acts: list[tuple[str, int, int]]
) -> None:
    made, (laptops, changes) = play([workflow] * LAPTOPS, acts)
    row, told, replaced = new_row(made, "laptop"), set(), {1}
    for change in changes:
        before = name_of(row.values["state"])
        seen = row.stamp_of("state") == change.replaced["state"]
        losses = merge_change(row, change, laptops[0].rule_of)
        told |= {each.lost for each in losses}
        replaced.add(change.replaced["state"])
        written, stands = name_of(change.values["state"]), name_of(row.values["state"])
        loser = written if stands != written else before
        if not seen and loser != stands and not workflow.leads_to(loser, stands):
            assert losses, f"{loser} gave way to {stands} without a word"


# -- over a hub ------------------------------------------------------------------------------------

FORKED = Workflow(
    State("a", Text("甲", "A")),
    State("b", Text("乙", "B")),
    State("c", Text("丙", "C")),
    State("d", Text("丁", "D")),
    Transition("ab", Text("走", "Go"), "a", "b"),
    Transition("bc", Text("走", "Go"), "b", "c"),
    Transition("ad", Text("走", "Go"), "a", "d"),
    Transition("da", Text("回", "Back"), ("d", "b"), "a"),
)


class Forked(Record):
    """n → A → B beside n → C, with a way back."""

    state = StateField(FORKED)

    class Meta:
        collection = "forked.thing"


@settings(deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from("abcd") | st.just("sync")),
        min_size=4,
        max_size=12,
    )
)
def test_two_laptops_and_a_hub_agree_on_a_state_whoever_syncs_when(
    acts: list[tuple[int, str]],
) -> None:
    with TemporaryDirectory() as folder, meeting(Path(folder), plugin("forked", Forked)) as met:
        met.team("east")
        laptops = [met.laptop("east"), met.laptop("east")]
        with laptops[0]:
            id = Forked.create().id
        met.sync()
        for place, what in acts:
            if what == "sync":
                met.sync(laptops[place])
                continue
            with laptops[place]:
                now = Forked.get_by_id(id).state
                if what in [each.to for each in FORKED.after(now)]:
                    Forked.update(state=what).where(Forked.id == id).execute()
        met.agree()
        states = []
        for laptop in laptops:
            with laptop:
                states.append(Forked.get_by_id(id).state)
        with met.hub:
            states.append(Forked.get_by_id(id).state)
        assert len(set(states)) == 1
