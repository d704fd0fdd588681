"""A plugin is upgraded while people work: releases meet in every mixture, and in the end all hold the same."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from peewee import CharField, IntegerField

import hongxian
from hongxian import (
    Claim,
    Record,
    Refused,
    State,
    StateField,
    TallyField,
    Text,
    Transition,
    Workflow,
)
from hongxian.errors import HongxianError
from hongxian.merges import plus
from hongxian.records import COMMUNITY, migration
from hongxian.wire.digest import digests
from hongxian_client.replica.replica import Replica
from hongxian_client.review.attention import rejected_transactions
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.hourly import migrate_records
from hongxian_testing.laptop import with_only
from listening import served
from samples import plugin

LAPTOPS = 3
MOST = 5
"""What the second release lends at most."""
STATES = (
    State("out", Text("借出", "Out")),
    State("back", Text("归还", "Back")),
    Transition("return", Text("归还", "Return"), "out", "back"),
    Transition("again", Text("再借", "Lend again"), "back", "out"),
)
LOST = (
    State("lost", Text("丢失", "Lost")),
    Transition("lose", Text("报失", "Lose"), "out", "lost"),
    Transition("find", Text("找到", "Find"), "lost", "back"),
)


def first() -> ModuleType:
    """The release with which all begin."""

    class Loan(Record):
        name = CharField(max_length=20)
        note = CharField(max_length=20, null=True)
        amount = IntegerField(default=1)
        times = TallyField()
        state = StateField(Workflow(*STATES))

        class Meta:
            collection = "lend.loan"
            scope = COMMUNITY

    return plugin("lend", Loan)


def second() -> ModuleType:
    """It has a new field and a new state, asks a rule, and has let go of `note`."""

    class Loan(Record):
        name = CharField(max_length=20)
        amount = IntegerField(default=1)
        times = TallyField()
        state = StateField(Workflow(*STATES, *LOST))
        shelf = CharField(max_length=20, default="")

        class Meta:
            collection = "lend.loan"
            scope = COMMUNITY

    module = plugin("lend", Loan)

    @hongxian.rule(of=Loan)
    def few(loan: Any) -> None:
        if loan.amount > MOST:
            raise Refused(Text("太多了。", "Too many."))

    module.few = few
    return module


def third() -> ModuleType:
    """It has `note` again, one more field, a claim that no release before had, and a migration."""

    class Loan(Record):
        name = CharField(max_length=20)
        note = CharField(max_length=20, null=True)
        amount = IntegerField(default=1)
        times = TallyField()
        state = StateField(Workflow(*STATES, *LOST))
        shelf = CharField(max_length=20, default="")
        owner = CharField(max_length=20, null=True)
        initial = CharField(max_length=20, null=True)

        class Meta:
            collection = "lend.loan"
            scope = COMMUNITY
            claims = [Claim("name")]

    module = plugin("lend", Loan)

    @migration(of=Loan)
    def initial_is_known(loan: Any) -> None:
        loan.initial = loan.name[:1]

    module.initial_is_known = initial_is_known
    return module


RELEASES = (first, second, third)
NEWEST = len(RELEASES) - 1
LAPTOP = st.integers(0, LAPTOPS - 1)
WHICH = st.integers(0, 9)
VERSION = st.integers(0, NEWEST)
Value = str | int | None


class Upgrades(RuleBasedStateMachine):
    """A hub and laptops, each closed and opened with another release as a keeper or the sync has it."""

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.folder = Path(self.place.name)
        self.runs = [0] * LAPTOPS
        self.hub_runs = 0
        self.count = 0
        self.made: dict[str, int] = {}
        """By id the laptop that made each record."""
        self.written: dict[tuple[str, str], list[tuple[int, Value]]] = {}
        """What was written into each field of a record, by whom, the last one at the end."""
        self.counted: dict[str, int] = {}

    # -- processes ---------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        hub = Hub.init(self.folder / "hub", "示例社区", plugins=with_only((first(),)))
        with hub:
            devices.add_team(hub, "甲队")
        self.hub = hub
        self.laptops = [self.opened(number) for number in range(LAPTOPS)]
        with served(hub) as url:
            for laptop in self.laptops:
                with hub:
                    code, _ = devices.make_code(hub, ["甲队"])
                with laptop:
                    join(laptop, url, code)
        for number in range(LAPTOPS):
            self.make(number, 1 + number)

    def opened(self, number: int) -> Replica:
        modules = (RELEASES[self.runs[number]](),)
        return Replica.open(self.folder / f"laptop-{number}", plugins=with_only(modules))

    def loan(self, number: int, which: int) -> Any:
        """One of the records that a laptop sees, or none."""
        model = self.laptops[number].collection("lend.loan").model
        seen = sorted(model.select(), key=lambda each: each.id)
        return seen[which % len(seen)] if seen else None

    # -- people ------------------------------------------------------------------------------

    @rule(number=LAPTOP, amount=st.integers(1, MOST + 2))
    def make(self, number: int, amount: int) -> None:
        self.count += 1
        values: dict[str, Value] = {"name": f"伞{self.count % 4}", "amount": amount}
        with self.laptops[number] as laptop, suppress(HongxianError):
            made = laptop.collection("lend.loan").model.create(**values)
            self.made[made.id] = number
            for name, value in values.items():
                self.written.setdefault((made.id, name), []).append((number, value))

    @rule(number=LAPTOP, which=WHICH, name=st.sampled_from(("name", "note", "shelf", "owner")))
    def edit(self, number: int, which: int, name: str) -> None:
        self.count += 1
        with self.laptops[number] as laptop:
            loan = self.loan(number, which)
            if loan is None or name not in laptop.collection("lend.loan").columns:
                return
            value = f"{name}{self.count}"
            with suppress(HongxianError):
                setattr(loan, name, value)
                loan.save()
                self.written.setdefault((loan.id, name), []).append((number, value))

    @rule(number=LAPTOP, which=WHICH, state=st.sampled_from(("out", "back", "lost")))
    def step(self, number: int, which: int, state: str) -> None:
        with self.laptops[number]:
            if (loan := self.loan(number, which)) is not None:
                with suppress(HongxianError):
                    loan.state = state
                    loan.save()

    @rule(number=LAPTOP, which=WHICH)
    def lend_once_more(self, number: int, which: int) -> None:
        with self.laptops[number] as laptop:
            if (loan := self.loan(number, which)) is not None:
                with suppress(HongxianError):
                    model = laptop.collection("lend.loan").model
                    model.update(times=plus(1)).where(model.id == loan.id).execute()
                    self.counted[loan.id] = self.counted.get(loan.id, 0) + 1

    @rule(numbers=st.lists(LAPTOP, min_size=1, max_size=2 * LAPTOPS))
    def meet(self, numbers: list[int]) -> None:
        with served(self.hub) as url:
            for number in numbers:
                with self.laptops[number] as laptop:
                    sync(laptop, post_to_hub(laptop, url))

    # -- releases ----------------------------------------------------------------------------

    @rule(number=LAPTOP, version=VERSION)
    def take(self, number: int, version: int) -> None:
        """A laptop gets another release, be it three at once, or goes back."""
        self.runs[number] = version
        self.laptops[number] = self.opened(number)

    @rule(version=VERSION)
    def change_hub(self, version: int) -> None:
        self.hub = Hub.open(self.folder / "hub", plugins=with_only((RELEASES[version](),)))

    @rule()
    def an_hour_goes_by(self) -> None:
        with self.hub as hub:
            migrate_records(hub)

    # -- what holds --------------------------------------------------------------------------

    @invariant()
    def no_plugin_breaks(self) -> None:
        for store in (getattr(self, "hub", None), *getattr(self, "laptops", ())):
            told = [e.en for each in store.plugins.all for e in each.errors] if store else []
            assert not told

    def teardown(self) -> None:
        try:
            if hasattr(self, "laptops"):
                self.check()
        finally:
            self.place.cleanup()

    def check(self) -> None:
        before = self.agreed(NEWEST)
        self.nothing_is_lost(before)
        assert all(each["initial"] == str(each["name"])[:1] for each in before.values())
        self.agreed(0)
        self.agreed(1)
        assert self.agreed(NEWEST) == before, (
            "what an older release does not know passes through it"
        )

    def agreed(self, version: int) -> dict[str, dict[str, Any]]:
        """All run one release and know everything: what they hold then, by id."""
        self.change_hub(version)
        for number in range(LAPTOPS):
            self.take(number, version)
        for _ in range(3):
            self.meet(list(range(LAPTOPS)))
        with self.hub as hub:
            migrate_records(hub)
        self.meet(list(range(LAPTOPS)))
        with self.hub as hub:
            theirs, held = digests(), self.held(hub)
        for laptop in self.laptops:
            with laptop:
                assert digests() == theirs
        self.no_plugin_breaks()
        return held

    def held(self, hub: Hub) -> dict[str, dict[str, Any]]:
        """What the hub holds of what is written by hand, the fields that its release does not know too."""
        rows = hub.collection("lend.loan").rows("NOT deleted")
        return {row.id: dict(row.values) for row in rows}

    def nothing_is_lost(self, held: dict[str, dict[str, Any]]) -> None:
        waits = self.waiting()
        assert self.made.keys() <= held.keys() | {id for _, id in waits}
        for (id, name), told in self.written.items():
            if id not in held:
                continue
            values = {value for _, value in told}
            assert held[id][name] in values | {None, ""}, (id, name)
            writers = {number for number, _ in told}
            if len(writers) == 1 and not {(number, id) for number in writers} & waits:
                assert held[id][name] == told[-1][1], (id, name)

    def waiting(self) -> set[tuple[int, str]]:
        """What was refused and waits for its person, by laptop and record."""
        found = set()
        for number, laptop in enumerate(self.laptops):
            with laptop:
                for each in rejected_transactions():
                    found |= {(number, entry.record) for entry in each.entries}
        return found


TestUpgrades = Upgrades.TestCase
TestUpgrades.settings = settings(
    max_examples=max(settings().max_examples // 2, 1), stateful_step_count=25, deadline=None
)


def test_what_later_releases_and_earlier_ones_wrote_stands_after_any_of_them_was_there() -> None:
    """Each gains fields and loses some at once, over records; one of them has a claim that none had before."""
    world = Upgrades()
    world.begin()
    world.meet([0, 1, 2])
    for version, field in ((1, "shelf"), (2, "owner"), (0, "note")):
        world.take(0, version)
        world.edit(0, 0, field)
        world.meet([0, 1])
    world.teardown()
    assert {name for _, name in world.written} == {"name", "amount", "shelf", "owner", "note"}
