"""Every merge arrives at one state, whatever the order, the repetition and who meets whom.

States are reached as laptops reach them: each write has a stamp of its own, and a part of a tally
or set is computed from what its writer saw.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.kinds.merged.members import MembersColumn
from hongxian.kinds.merged.merge_state import Moving
from hongxian.kinds.merged.tally import TallyColumn
from hongxian.merges.changes import adding, plus, removing
from hongxian.merges.merge import (
    LATEST,
    First,
    Furthest,
    Largest,
    Members,
    Merge,
    Quota,
    Smallest,
    Tally,
)
from hongxian.merges.quota import Step, part_of, together
from hongxian.model.row import (
    DELETED,
    SCOPE,
    Change,
    Row,
    join_changes,
    join_rows,
    merge_change,
    new_row,
)

STEPS = ("open", "busy", "done")
TALLY, MEMBERS = TallyColumn("tally"), MembersColumn("members")
WORDS = st.sampled_from((None, "甲", "乙", "丙"))
NUMBERS = st.none() | st.integers(-3, 3)
SIMPLE: dict[str, tuple[Merge, st.SearchStrategy[Any]]] = {
    "latest": (LATEST, WORDS),
    "largest": (Largest(), NUMBERS),
    "smallest": (Smallest(), NUMBERS),
    "first": (First(), WORDS),
    "furthest": (Furthest(*STEPS), st.sampled_from((None, *STEPS, "a step of a later release"))),
}
BOTH: dict[str, Merge] = {"tally": Tally(), "members": Members(), "quota": Quota()}
MERGES = {**{name: merge for name, (merge, _) in SIMPLE.items()}, **BOTH}
DEVICES = (2, 3, 4)
DEVICE = st.integers(0, len(DEVICES) - 1)
MEMBER = st.sampled_from(("磨刀", "理发"))
USE = st.builds(
    Step,
    granted=st.integers(0, 5),
    spent=st.integers(0, 5),
    given_back=st.integers(0, 5),
    passed=st.none() | st.dictionaries(st.sampled_from(("2", "3")), st.integers(1, 5)),
)
ACT = st.one_of(
    st.tuples(st.just("count"), DEVICE, st.integers(-9, 9)),
    st.tuples(st.just("use"), DEVICE, USE),
    st.tuples(st.just("add"), DEVICE, MEMBER),
    st.tuples(st.just("add"), DEVICE, MEMBER),
    st.tuples(st.just("remove"), DEVICE, MEMBER),
    st.tuples(st.just("meet"), DEVICE, DEVICE),
    st.tuples(st.just("meet"), DEVICE, DEVICE),
)
# Without a least size Hypothesis draws five acts or so, in which hardly anybody meets.
ACTS = st.lists(ACT, min_size=20, max_size=50)

Written = tuple[Any, int]
"""A field's value and the stamp under which it was written."""


def rule_of(name: str) -> Merge:
    return MERGES.get(name, LATEST)


# -- the simple merges ----------------------------------------------------------------------------


def joined(merge: Merge, *states: Written) -> Written:
    return reduce(lambda mine, theirs: merge.join(*mine, *theirs), states)


@pytest.mark.parametrize("name", SIMPLE)
@given(data=st.data())
def test_a_simple_merge_keeps_the_same_write_in_every_order(name: str, data: st.DataObject) -> None:
    merge, values = SIMPLE[name]
    writes = data.draw(
        st.lists(
            st.tuples(values, st.integers(1, 99)), min_size=3, max_size=4, unique_by=lambda w: w[1]
        )
    )
    first, second, third = writes[:3]
    assert joined(merge, first, second) == joined(merge, second, first)
    left = joined(merge, joined(merge, first, second), third)
    assert left == joined(merge, first, joined(merge, second, third))
    assert joined(merge, left, left) == joined(merge, left, first) == left
    assert {joined(merge, *order) for order in permutations(writes)} == {joined(merge, *writes)}


@given(
    writes=st.lists(
        st.tuples(NUMBERS, st.integers(1, 99)), min_size=1, max_size=6, unique_by=lambda w: w[1]
    )
)
def test_each_simple_merge_keeps_what_its_name_says(writes: list[Written]) -> None:
    told = [write for write in writes if write[0] is not None]
    numbers = [value for value, _ in told]
    assert joined(LATEST, *writes) == max(writes, key=lambda write: write[1])
    assert joined(Largest(), *writes)[0] == max(numbers, default=None)
    assert joined(Smallest(), *writes)[0] == min(numbers, default=None)
    if told:
        assert joined(First(), *writes) == min(told, key=lambda write: write[1])


@given(st.permutations(STEPS), st.permutations(STEPS))
def test_a_workflow_is_as_far_as_anybody_took_it(mine: list[str], theirs: list[str]) -> None:
    merge = Furthest(*STEPS)
    writes = [(step, stamp) for stamp, step in enumerate((*mine, *theirs), 1)]
    assert joined(merge, *writes)[0] == STEPS[-1]


@pytest.mark.parametrize("merge", [Largest, Smallest, partial(Furthest, *STEPS)])
def test_of_two_values_nobody_is_asked_where_the_author_says_that_one_tells_all(
    merge: Callable[..., Merge],
) -> None:
    values = STEPS[:2] if isinstance(merge, partial) else [1, 2]
    for one, other in permutations(values):
        assert merge(tells=False).includes(one, other)
        assert not merge().includes(one, other)
        assert merge(tells=False).order(one, 1) == merge().order(one, 1)


# -- counts, sets and quotas --------------------------------------------------------------------

State = dict[str, Any]
"""Of each merge that keeps both its state, by name; or the part of it that one act changes."""


def nothing() -> State:
    return {name: {} for name in BOTH}


@dataclass
class Laptop:
    """One laptop's state, beside what it has heard of: counts, quota steps, tagged additions."""

    device: int
    state: State = field(default_factory=nothing)
    counts: dict[int, int] = field(default_factory=dict)
    steps: dict[tuple[int, int], Step] = field(default_factory=dict)
    added: set[tuple[str, int]] = field(default_factory=set)
    removed: set[tuple[str, int]] = field(default_factory=set)
    seen: list[State] = field(default_factory=lambda: [nothing()])
    """Every state that this laptop was in."""

    def take(self, part: State) -> None:
        for name, each in part.items():
            joined_state, _ = BOTH[name].join(self.state[name], 0, each, 0)
            self.state = {**self.state, name: joined_state}
        self.seen.append(self.state)

    def count(self, amount: int, stamp: int) -> State:
        self.counts[stamp] = amount
        return {"tally": TALLY.part(self.state["tally"], plus(amount), self.device)}

    def use(self, step: Step, stamp: int) -> State:
        self.steps[self.device, stamp] = step
        own = self.state["quota"].get(str(self.device), {})
        return {"quota": part_of(self.device, own, step)}

    def add(self, member: str, stamp: int) -> State:
        if member not in self.present():
            self.added.add((member, stamp))
        return {"members": MEMBERS.part(self.state["members"], adding(member), self.device)}

    def remove(self, member: str, stamp: int) -> State:
        self.removed |= {tag for tag in self.added if tag[0] == member}
        return {"members": MEMBERS.part(self.state["members"], removing(member), self.device)}

    def meet(self, other: "Laptop") -> None:
        self.take(other.state)
        self.counts |= other.counts
        self.steps |= other.steps
        self.added |= other.added
        self.removed |= other.removed

    def present(self) -> frozenset[str]:
        """Who is in, by the plain rule: some addition of theirs was seen by no removal."""
        return frozenset(member for member, _ in self.added - self.removed)

    def check(self) -> None:
        """The state says what was heard, all of it and each thing once."""
        assert Tally.total(self.state["tally"]) == sum(self.counts.values())
        assert Members.present(self.state["members"]) == self.present()
        for device, entry in self.state["quota"].items():
            heard = [step for (owner, _), step in self.steps.items() if owner == int(device)]
            assert entry == together(heard).after({})


def live(acts: list[tuple[Any, ...]]) -> tuple[list[Laptop], list[State]]:
    """Three laptops that count, use, add, remove and meet; with the parts that they wrote."""
    laptops, parts = [Laptop(device) for device in DEVICES], []
    for number, (act, place, what) in enumerate(acts, 1):
        laptop = laptops[place]
        if act == "meet":
            laptop.meet(laptops[what])
        else:
            parts.append(getattr(laptop, act)(what, number))
            laptop.take(parts[-1])
        laptop.check()
    return laptops, parts


@given(acts=ACTS)
def test_a_count_is_never_lost_and_an_addition_wins_over_a_removal_that_had_not_seen_it(
    acts: list[tuple[Any, ...]],
) -> None:
    laptops, _ = live(acts)
    for _ in range(2):
        for one, other in permutations(laptops, 2):
            one.meet(other)
    for laptop in laptops:
        assert laptop.state == laptops[0].state
        laptop.check()


@given(acts=ACTS, data=st.data())
def test_states_join_in_any_order_and_any_grouping(
    acts: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    laptops, _ = live(acts)
    reached = st.sampled_from([state for laptop in laptops for state in laptop.seen])
    drawn = [data.draw(reached) for _ in range(3)]
    for name, merge in BOTH.items():
        one, two, three = ((state[name], stamp) for stamp, state in enumerate(drawn, 1))
        assert joined(merge, one, two) == joined(merge, two, one)
        left = joined(merge, joined(merge, one, two), three)
        assert left == joined(merge, one, joined(merge, two, three))
        assert joined(merge, left, left) == joined(merge, left, one) == left


@given(acts=ACTS, data=st.data())
def test_parts_may_come_late_twice_and_in_any_order(
    acts: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    laptops, parts = live(acts)
    late = Laptop(9)
    repeated = data.draw(st.lists(st.sampled_from(parts), max_size=5)) if parts else []
    for part in data.draw(st.permutations([*parts, *repeated])):
        late.take(part)
    for laptop in laptops[1:]:
        laptops[0].meet(laptop)
    assert late.state == laptops[0].state


@given(acts=ACTS, more=ACTS)
def test_what_was_not_taken_in_means_the_same_as_another_incarnations(
    acts: list[tuple[Any, ...]], more: list[tuple[Any, ...]]
) -> None:
    """Its folder was copied after the first acts: what it did then moves, and what was before stays."""
    [laptop, *others], _ = live(acts)
    for other in others:
        laptop.meet(other)
    held = laptop.state
    copy = Laptop(99, held)
    moving = {"tally": Moving(DEVICES[0], 99, lambda: held["tally"])}
    moving["members"] = Moving(DEVICES[0], 99, lambda: held["members"])
    kinds = {"tally": TALLY, "members": MEMBERS}
    for number, (act, place, what) in enumerate(more, 1_000):
        if act in ("count", "add", "remove") and place == 0:
            part = getattr(laptop, act)(what, number)
            laptop.take(part)
            copy.take({name: kinds[name].moved(each, moving[name]) for name, each in part.items()})
    assert Tally.total(copy.state["tally"]) == Tally.total(laptop.state["tally"])
    assert Members.present(copy.state["members"]) == Members.present(laptop.state["members"])
    old = str(laptop.device)
    assert copy.state["tally"].get(old) == held["tally"].get(old)
    for member, counts in copy.state["members"].items():
        known = held["members"].get(member, {}).get(old, [0, 0])
        assert counts.get(old, [0, 0])[0] == known[0]


# -- whole records ----------------------------------------------------------------------------------

FIELDS = st.fixed_dictionaries({}, optional={name: values for name, (_, values) in SIMPLE.items()})
EDIT = st.one_of(
    st.tuples(st.just("edit"), DEVICE, FIELDS),
    st.tuples(st.just("edit"), DEVICE, FIELDS),
    st.tuples(st.just("edit"), DEVICE, st.fixed_dictionaries({"tally": st.integers(-9, 9)})),
    st.tuples(st.just("edit"), DEVICE, st.fixed_dictionaries({"quota": USE})),
    st.tuples(st.just("edit"), DEVICE, st.fixed_dictionaries({"members": st.sets(MEMBER)})),
    st.tuples(st.just("meet"), DEVICE, DEVICE),
)
EDITS = st.lists(EDIT, min_size=10, max_size=25)


def made() -> Change:
    """The change that makes the record, known to all."""
    values: dict[str, Any] = {SCOPE: "team-1", **dict.fromkeys(SIMPLE), **nothing()}
    return Change("r", 1, values, whole=True)


def edited(row: Row, values: dict[str, Any], stamp: int, device: int) -> Change:
    """What a laptop that shows this row writes."""
    wire = dict(values)
    if "tally" in values:
        wire["tally"] = TALLY.part(row.values["tally"], plus(values["tally"]), device)
    if "members" in values:
        wire["members"] = MEMBERS.part(row.values["members"], values["members"], device)
    if "quota" in values:
        own = row.values["quota"].get(str(device), {})
        wire["quota"] = part_of(device, own, values["quota"])
    return Change("r", stamp, wire, {name: row.stamp_of(name) for name in wire})


def moves(row: Row, name: str, value: Any, stamp: int) -> bool:
    """Whether a laptop takes this edit at all: one that the merge would not keep, it refuses."""
    if rule_of(name).keeps_both:
        return True
    seen = row.values[name], min(row.stamp_of(name), stamp - 1)
    return rule_of(name).join(*seen, value, stamp) == (value, stamp)


def play(acts: list[tuple[Any, ...]]) -> tuple[list[Row], list[Change]]:
    """Three laptops that edit one record and meet; with their changes."""
    rows, changes = [new_row(made(), "laptop") for _ in DEVICES], []
    for number, (act, place, what) in enumerate(acts, 2):
        if act == "meet":
            join_rows(rows[place], rows[what], rule_of)
        else:
            changes.append(edited(rows[place], what, number, DEVICES[place]))
            merge_change(rows[place], changes[-1], rule_of)
    return rows, changes


def all_together(rows: list[Row]) -> Row:
    together = rows[0].copy()
    for row in rows:
        join_rows(together, row, rule_of)
    return together


@given(acts=EDITS, data=st.data())
def test_changes_make_the_same_row_whatever_their_order_and_however_often_they_come(
    acts: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    rows, changes = play(acts)
    again = data.draw(st.lists(st.sampled_from(changes), max_size=5)) if changes else []
    row = new_row(made(), "laptop")
    for change in data.draw(st.permutations([*changes, *again])):
        merge_change(row, change, rule_of)
        before = row.copy()
        merge_change(row, change, rule_of)
        assert row == before
    assert row == all_together(rows)


@given(acts=EDITS)
def test_rows_join_in_any_order_and_any_grouping(acts: list[tuple[Any, ...]]) -> None:
    rows, _ = play(acts)

    def join(mine: Row, theirs: Row) -> Row:
        both = mine.copy()
        changed = join_rows(both, theirs, rule_of)
        assert changed == (both != mine)
        return both

    one, two, three = rows
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))
    assert join(one, one) == one
    assert join(join(one, two), one) == join(one, two)


@given(acts=EDITS)
def test_a_value_written_unseen_is_kept_or_told(acts: list[tuple[Any, ...]]) -> None:
    _, changes = play(acts)
    row, told, overwritten = new_row(made(), "laptop"), set(), set()
    written = {
        (name, each.stamp): each.values[name]
        for each in changes
        for name in SIMPLE.keys() & each.values.keys()
    }
    for change in changes:
        for loss in merge_change(row, change, rule_of):
            told |= {(loss.field, loss.kept), (loss.field, loss.lost)}
        overwritten |= {
            (name, written.get((name, stamp))) for name, stamp in change.replaced.items()
        }
    for (name, _), value in written.items():
        assert row.values[name] == value or (name, value) in told | overwritten


@given(values=FIELDS, deletion_first=st.booleans())
def test_an_edit_that_had_not_seen_the_deletion_keeps_the_record_and_tells_it(
    values: dict[str, Any], deletion_first: bool
) -> None:
    row = new_row(made(), "laptop")
    edit = edited(row, {"latest": "甲", **values}, 5, 2)
    for stamp in (4, 6):
        deletion = Change("r", stamp, {DELETED: True}, {DELETED: row.newest})
        kept, lost = row.copy(), []
        for change in (deletion, edit) if deletion_first else (edit, deletion):
            lost += merge_change(kept, change, rule_of)
        assert not kept.deleted
        assert [(loss.field, loss.lost) for loss in lost] == [(DELETED, True)]


@given(values=FIELDS)
def test_a_deletion_that_saw_everything_deletes_and_loses_nothing(values: dict[str, Any]) -> None:
    row = new_row(made(), "laptop")
    merge_change(row, edited(row, {"latest": "甲", **values}, 5, 2), rule_of)
    deletion = Change("r", 6, {DELETED: True}, {DELETED: row.newest})
    assert merge_change(row, deletion, rule_of) == []
    assert merge_change(row, deletion, rule_of) == []
    assert row.deleted


@given(acts=EDITS, first=EDIT, second=EDIT)
def test_two_steps_of_one_transaction_are_one_change(
    acts: list[tuple[Any, ...]], first: tuple[Any, ...], second: tuple[Any, ...]
) -> None:
    """What the outbox joins arrives as the two steps would one after the other."""
    if "meet" in (first[0], second[0]):
        return
    rows, _ = play(acts)
    seen, by_steps, at_once = rows[0], rows[0].copy(), rows[0].copy()
    stamp = 999
    steps = []
    for _, _, values in (first, second):
        forward = {name: value for name, value in values.items() if moves(seen, name, value, stamp)}
        steps.append(edited(seen, forward, stamp, DEVICES[0]))
        merge_change(seen, steps[-1], rule_of)
        merge_change(by_steps, steps[-1], rule_of)
    merge_change(at_once, join_changes(*steps, rule_of), rule_of)
    assert at_once == by_steps
