"""Carrying steps out in a simulated world.

What was confirmed is kept in a ledger (`ledger.py`). Afterwards everything works again, all sync,
and what must hold is checked (`agreeing.py`).
"""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from agreeing import check_agreement, check_identities, check_teams
from beginning import Beginning
from carrying import Sticks
from changing import change_on_disk
from hongxian.errors import Refused, Unauthorized, UnknownTeam
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.held import held_for_keeper, let_pass, refuse
from hongxian_server.tables.membership import scopes_held
from ledger import SAMPLES
from simulation import Laptop, World
from taking_back import TakingBack

Step = tuple[Any, ...]
"""A method of `Play` by its name, and what it is called with."""


class Play(TakingBack):
    """Carries steps out in a world: what people write and undo, and all that happens to them."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sticks = Sticks(world)
        self.hub_was_loaded = False

    def do(self, step: Step) -> None:
        self.world.time += 1_000
        getattr(self, step[0])(*step[1:])

    # -- the network and its ends ------------------------------------------------------------

    def sync(self, number: int, *fates: str) -> None:
        self.try_sync(self.laptop(number), lambda laptop: self.world.sync(laptop, fates))

    def sync_killed(self, number: int, statements: int) -> None:
        self.try_sync(
            self.laptop(number), lambda laptop: self.world.sync_killed(laptop, statements)
        )

    def sync_killing_hub(self, number: int, statements: int) -> None:
        self.try_sync(
            self.laptop(number), lambda laptop: self.world.sync_killing_hub(laptop, statements)
        )

    def sync_cutting_database(self, number: int, statements: int) -> None:
        self.try_sync(
            self.laptop(number),
            lambda laptop: self.world.sync_cutting_database(laptop, statements),
        )

    def try_sync(self, laptop: Laptop, action: Callable[[Laptop], Any]) -> None:
        if laptop.revoked:
            return
        with suppress(Unauthorized):  # enrolled after the copy of the hub was made
            action(laptop)
        if self.hub_was_loaded:
            self.ledger.access_ended(self.world)

    def meet(self) -> None:
        """All sync, and each comes to know what the others know."""
        for number in (*range(len(self.world.laptops)),) * 2:
            self.sync(number)

    def deliver_late(self, place: int) -> None:
        self.world.deliver_late(place)

    def stick_out(self, number: int) -> None:
        if not self.laptop(number).revoked:
            self.sticks.write(self.laptop(number))

    def stick_over(self, place: int) -> None:
        self.sticks.answer(place)
        if self.hub_was_loaded:
            self.ledger.access_ended(self.world)

    def stick_back(self, place: int) -> None:
        self.sticks.read(place)

    def skew(self, number: int, skew: int) -> None:
        self.laptop(number).skew = skew

    def wait(self, milliseconds: int) -> None:
        self.world.time += milliseconds

    # -- disks -------------------------------------------------------------------------------

    def save_hub(self) -> None:
        self.world.save_hub()

    def load_hub(self, new_epoch: bool) -> None:
        if self.world.saved_hub is not None:
            self.world.load_hub(new_epoch=new_epoch)
            self.hub_was_loaded = True
            self.ledger.hub_was_put_back(self.world)

    def save_laptop(self, number: int) -> None:
        self.world.save_laptop(self.laptop(number))

    def load_laptop(self, number: int) -> None:
        laptop = self.laptop(number)
        if laptop.saved is not None and not laptop.revoked:
            self.ledger.doubt(laptop, also_sent=self.hub_was_loaded)
            self.ledger.reconsider(self.world, without=laptop)
            self.world.load_laptop(laptop)
            self.ledger.double(laptop)

    def clone(self, number: int) -> None:
        laptop = self.laptop(number)
        if len(self.world.laptops) < 5 and not laptop.revoked:
            self.ledger.double(laptop)
            self.world.clone(laptop)

    def lock(self, place: int, is_wanted: bool) -> None:
        """The hub (place 5) or a laptop is encrypted, or is not any more; over PostgreSQL no hub is."""
        if place != 5:
            self.world.lock(self.laptop(place), is_wanted=is_wanted)
        elif self.world.disk.url is None:
            self.world.lock(None, is_wanted=is_wanted)

    def change_on_disk(self, place: int, which: int, name: str) -> None:
        """One value of a record is another, on the hub's disk (place 5) or a laptop's."""
        store = self.world.hub if place == 5 else self.laptop(place).replica
        self.false |= change_on_disk(self.world, store, which, name)

    # -- the keeper --------------------------------------------------------------------------

    def grant(self, number: int, team: str) -> None:
        self._regroup(self.laptop(number), team, devices.grant)

    def withdraw(self, number: int, team: str) -> None:
        self._regroup(self.laptop(number), team, devices.withdraw)

    def _regroup(self, laptop: Laptop, team: str, act: Callable[[Hub, int, str], None]) -> None:
        called = self.world.number_of(laptop)
        # A team's name may be one of the values that the hub's disk has changed.
        with self.world.hub as hub, suppress(Refused, UnknownTeam):
            act(hub, called, team)
            held = scopes_held(devices.numbered(called).laptop)
            self.world.note_given(laptop, held)

    def newcomer(self, *teams: str) -> None:
        if len(self.world.laptops) < 6:
            self.world.newcomer(teams)

    def revoke(self, number: int) -> None:
        laptop = self.laptop(number)
        if sum(not each.revoked for each in self.world.laptops) > 2:
            with self.world.hub as hub, suppress(Refused):
                devices.revoke(hub, self.world.number_of(laptop))

    def say(self, yes: bool) -> None:
        """The keeper decides on all that is held."""
        with self.world.hub as hub:
            held = held_for_keeper(hub)
            (let_pass if yes else refuse)(hub, held)
        if not yes:
            self.ledger.undeleted |= {(each.collection, id) for each in held for id in each.ids}

    def tidy(self) -> None:
        with self.world.hub:
            self.ledger.will_be_forgotten()
        self.world.tidy()

    def erase(self, number: int, kind: int, which: int) -> None:
        """The keeper erases what a laptop shows, if the hub has it."""
        collection = SAMPLES[kind % 3]
        record = self.pick(self.laptop(number), collection, which)
        known = self.world.hub.collections.get(collection)
        if record is None or known is None:
            return
        with self.world.hub:
            is_there = bool(known.rows_by_id([record.id]))
        if is_there:
            self.world.erase(collection, record.id)
            self.ledger.erased.add((collection, record.id))

    def hub_plugins(self, sample: bool, people: bool, later: bool) -> None:
        self.world.hub_is_later |= later
        self.world.set_hub_plugins(self.world.chosen(sample, people, self.world.hub_is_later))

    def plugins(self, number: int, sample: bool, people: bool, later: bool) -> None:
        laptop = self.laptop(number)
        laptop.is_later |= later
        self.world.set_plugins(laptop, self.world.chosen(sample, people, laptop.is_later))


def play(new_database: Any, beginning: Beginning, laptops: int, drawn: list[Step]) -> None:
    """Carry the steps out, heal the world, check the claims."""
    with new_database() as url, tempfile.TemporaryDirectory(prefix="hongxian-") as folder:
        world = World(Path(folder), url, beginning, laptops)
        try:
            game = Play(world)
            for step in drawn:
                game.do(step)
            world.heal()
            if game.hub_was_loaded:
                game.ledger.access_ended(world)
            elif not game.false:
                assert not world.differed, "digests differed though no life ended"
            if not any(step[0] in ("withdraw", "revoke") for step in drawn):
                assert not world.accepted, "a laptop had it as it was, and was not asked"
            check_agreement(world)
            check_identities(world)
            check_teams(world, restored=game.hub_was_loaded)
            game.ledger.check(world)
            with world.hub:
                game.ledger.will_be_forgotten()
            world.tidy()
            world.heal()
            game.ledger.check_forgotten(world)
        finally:
            world.close()
