"""Two laptops delete, refer, join doubles and part them at once: all see one, and references are whole or told of."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hongxian import Refused
from hongxian.collections.builtin import Alias
from hongxian.doubles import canonical, group, join_doubles, part_doubles
from hongxian.records import COMMUNITY, Task
from hongxian_client.review.attention import discard, rejected_transactions
from meeting import Meeting, meeting
from test_references import FIELDS, REFS, Lease, carry_out, flat, house

KIND, WHO, WHICH = st.integers(0, len(FIELDS) - 1), st.integers(0, 1), st.integers(0, 3)
# Drawn in two steps: one_of would shrink, and so draw, to what stands first.
STEP = st.sampled_from(
    ["make", "turn", "delete", "delete", "join", "join", "part", "sync"]
).flatmap(lambda what: st.tuples(st.just(what), WHO, KIND, WHICH, WHICH))


def ids_of(kind: int) -> list[str]:
    """All records of a kind that are known here, the deleted ones too."""
    model, _ = FIELDS[kind]
    return sorted(each.id for each in model.with_deleted(model.id))


def joined_or_parted(what: str, kind: int, *which: int) -> None:
    ids, name = ids_of(kind), FIELDS[kind][0]._meta.collection
    if what == "join" and ids:
        join_doubles(name, *(ids[each % len(ids)] for each in which))
    elif ids:
        part_doubles(name, ids[which[0] % len(ids)])


@settings(max_examples=max(settings().max_examples // 2, 1))
@given(st.lists(STEP, min_size=10, max_size=30))
def test_whatever_is_deleted_and_joined_all_see_one_group_and_references_are_whole_or_told_of(
    steps: list[tuple[Any, ...]],
) -> None:
    with TemporaryDirectory() as folder, meeting(Path(folder), REFS) as met:
        laptops = met.laptop(), met.laptop()
        with laptops[0]:
            for _ in range(3):
                Lease.create(name="示例·甲001", flat=flat(house()), scope=COMMUNITY)
        met.agree()
        for what, place, *rest in steps:
            with laptops[place], suppress(Refused):
                if what == "sync":
                    met.sync(laptops[place])
                elif what in ("join", "part"):
                    joined_or_parted(what, *rest)
                else:
                    carry_out(what, *rest)
        settle(met)
        check_groups(met)
        check_references(met)


def settle(met: Meeting) -> None:
    """All meet, and give up what was refused."""
    for _ in range(2):
        met.sync()
        for each in met.laptops:
            with each:
                for rejected in rejected_transactions():
                    discard(each, rejected.number)
    met.agree()


def check_groups(met: Meeting) -> None:
    """All see the same groups, and a record that lives stands for each in which one does."""
    seen = []
    for store in (*met.laptops, met.hub):
        with store:
            edges = sorted(Alias.select(Alias.one, Alias.other).tuples())
            groups = []
            for kind, (model, _) in enumerate(FIELDS):
                name, live = model._meta.collection, {each.id for each in model.select(model.id)}
                for id in ids_of(kind):
                    groups.append((id, group(name, id)))
                    assert canonical(name, id) in live or not live & set(group(name, id))
            seen.append((edges, groups))
    assert seen[0] == seen[1] == seen[2]


def check_references(met: Meeting) -> None:
    with met.hub:
        told = {(each.record, each.scope) for each in Task.select().where(~Task.done)}
        for model, fields in FIELDS:
            for row in model.select():
                for name, of in fields.items():
                    to = getattr(row, name)
                    is_whole = to is None or of.select().where(of.id == to).exists()
                    assert is_whole or (to, row.scope) in told
