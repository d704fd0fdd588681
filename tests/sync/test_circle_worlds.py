"""Whoever begins, shares and leaves cases, in whatever order: each laptop holds its own cases and no other."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from hongxian.circles import let_in, let_out
from hongxian.collections.builtin import CircleMember
from hongxian.model.circle import team_of_circle
from hongxian.wire.digest import digests
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry, EntryState
from hongxian_server.membership import devices
from hongxian_server.tables.membership import writer_of
from put_back import Town
from test_circles import Call, Household, home_visits, laptop_of

LAPTOPS = 3
WHO = st.integers(0, LAPTOPS - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["begin", "call", "sync", "withdraw", "grant"]), WHO, WHO),
        st.tuples(st.sampled_from(["let in", "let out"]), WHO, WHO),
        st.just(("save", 0, 0)),
        st.just(("restore", 0, 0)),
    ),
    max_size=14,
)


class World:
    """Three laptops of a team, and what was written in each circle."""

    def __init__(self, town: Town) -> None:
        self.town, self.saved, self.count = town, False, 0
        self.laptops = [town.laptop("east") for _ in range(LAPTOPS)]
        self.words: dict[str, set[str]] = {}
        town.sync()

    def take(self, what: str, who: int, whom: int) -> None:
        laptop = self.laptops[who]
        if what == "sync":
            self.town.sync(laptop)
        elif what in ("withdraw", "grant"):
            with self.town.hub:
                getattr(devices, what)(self.town.hub, 2 + who, "east")
        else:
            self.write(what, laptop, laptop_of(self.laptops[whom]))

    def write(self, what: str, laptop: Replica, whom: str) -> None:
        with laptop:
            if what == "begin" and laptop.teams():
                self.note(Household.create(name=self.word()))
            for household in list(Household.select()):
                if what == "call":
                    self.note(
                        Call.create(household=household.id, day="2026-03-01", found=self.word())
                    )
                elif what == "let in":
                    let_in(household, whom)
                elif what == "let out":
                    let_out(household, whom)

    def word(self) -> str:
        self.count += 1
        return f"示例秘密{self.count:03}。"

    def note(self, record: Household | Call) -> None:
        word = record.name if isinstance(record, Household) else record.found
        self.words.setdefault(record.scope, set()).add(word)


@example([("begin", 0, 0), ("withdraw", 0, 0)])
@given(STEPS)
def test_each_laptop_holds_its_own_cases_and_not_a_letter_of_another(steps: list[tuple]) -> None:
    with TemporaryDirectory() as folder:
        play(Path(folder), steps)


def play(folder: Path, steps: list[tuple]) -> None:
    town = Town(folder, (home_visits,))
    with town.serving():
        world = World(town)
    lives = [[]]
    for step in steps:
        lives.append([]) if step[0] in ("save", "restore") else lives[-1].append(step)
    ends = [what for what, *_ in steps if what in ("save", "restore")]
    for place, life in enumerate(lives):
        before = ends[place - 1] if place else ""
        if before == "save" and not world.saved:
            town.save()
            world.saved = True
        was_restored = before == "restore" and world.saved
        if was_restored:
            town.load()
        with town.serving(new_life=was_restored):
            for step in life:
                world.take(*step)
            if place == len(lives) - 1:
                for _ in range(4):
                    town.sync()
                check(world)


def check(world: World) -> None:
    for laptop in world.laptops:
        with laptop:
            number = laptop.writer().number
        with world.town.hub:
            writer = writer_of(devices.numbered(number))
            theirs = {scope: told for scope, told in digests().items() if writer.holds(scope)}
            held = {scope for scope in world.words if writer.holds(scope)}
        with laptop:
            # what it began and could not send before it left the team is kept, to be offered again
            kept = {
                each.as_change().values.get("scope")
                for each in Entry.select()
                if each.state == EntryState.KEPT
            }
            rows = [*Household.with_deleted(), *Call.with_deleted(), *CircleMember.with_deleted()]
            assert {row.scope for row in rows} <= held
            assert {s: t for s, t in digests().items() if team_of_circle(s)} == {
                s: t for s, t in theirs.items() if team_of_circle(s)
            }
        there = b"".join(each.read_bytes() for each in sorted(laptop.folder.glob("laptop.db*")))
        for scope, words in world.words.items():
            shown = {word for word in words if word.encode() in there}
            assert shown <= (words if scope in held | kept else set()), scope
