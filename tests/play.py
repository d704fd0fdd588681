"""Carrying steps out in a simulated world.

What was confirmed is kept in a ledger (`ledger.py`). Afterwards everything works again, all sync,
and what must hold is checked (`agreeing.py`).
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from agreeing import check_agreement, check_identities, check_teams
from carrying import Sticks
from changing import change_on_disk
from hongxian import adding, plus, removing
from hongxian.builtin import Conflict
from hongxian.errors import NotAllowed, Refused, Unauthorized
from hongxian.record import COMMUNITY
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.held import held_for_keeper, let_pass, refuse
from hongxian_server.tables.membership import scopes_held
from ledger import SAMPLES, TRACED, Count, Deletion, Ledger, Seen
from simulation import Beginning, Killed, Laptop, World, dying

Notes = list[Callable[[bool], None]]
"""What is to be told, once it is known, of whether a transaction was confirmed."""
Step = tuple[Any, ...]
"""A method of `Play` by its name, and what it is called with."""


class Play:
    """Carries steps out in a world and keeps the ledger of what was confirmed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ledger = Ledger()
        self.sticks = Sticks(world)
        self.fresh = 0
        self.hub_was_loaded = False
        self.false: dict[Any, Any] = {}
        """What a disk has made of values, with what they were: who writes over one replaces the other."""
        self.kill_at: int | None = None

    def do(self, step: Step) -> None:
        self.world.time += 1_000
        getattr(self, step[0])(*step[1:])

    def laptop(self, number: int) -> Laptop:
        return self.world.laptops[number % len(self.world.laptops)]

    def new(self) -> int:
        self.fresh += 1
        return self.fresh

    def text(self) -> str:
        return f"value{self.new()}."

    # -- writing -----------------------------------------------------------------------------

    @contextmanager
    def writing(self, laptop: Laptop) -> Iterator[Notes]:
        """One transaction of a person; what it appends is told whether it was confirmed."""
        notes: Notes = []
        store = laptop.replica
        confirmed = False
        try:
            with dying(store) as die_at, store, store.transaction():
                if self.kill_at is not None:
                    die_at(self.kill_at)
                yield notes
            confirmed = True
        except Killed:
            self.world.restart(laptop)
        except NotAllowed:  # shown in a scope that was lost since, by a move that was refused
            pass
        for note in notes:
            note(confirmed)

    def scope(self, laptop: Laptop, number: int, *, teams_only: bool = False) -> str | None:
        with laptop.replica:
            scopes = sorted(LaptopState.read().teams) + ([] if teams_only else [COMMUNITY])
        return scopes[number % len(scopes)] if scopes else None

    def pick(self, laptop: Laptop, collection: str, number: int) -> Any:
        """A record that the laptop shows."""
        if laptop.revoked or collection not in laptop.replica.collections:
            return None
        with laptop.replica:
            records = list(laptop.model(collection).select().order_by(laptop.model(collection).id))
        return records[number % len(records)] if records else None

    def seen(self, laptop: Laptop, collection: str, id: str) -> Seen:
        with laptop.replica as replica:
            view = replica.view(replica.collections[collection], [id])[id]
        refused = [each.as_change().values for each in view.pending if each.refused]
        told = [view.local.values, *refused]
        return {
            name: [
                self.false.get(each[name], each[name])
                for each in told
                if each.get(name) is not None
            ]
            for name in TRACED
        }

    def make(self, number: int, kind: int, where: int, road: int) -> None:
        laptop, collection = self.laptop(number), SAMPLES[kind % 3]
        if laptop.revoked or collection not in laptop.replica.collections:
            return
        scope = COMMUNITY if kind % 3 == 2 else self.scope(laptop, where, teams_only=kind % 3 == 1)
        if scope is None:
            return
        model = laptop.model(collection)
        rows = [
            {"name": self.text(), "note": self.text(), "scope": scope} for _ in range(1 + road % 3)
        ]
        with self.writing(laptop) as notes:
            if road % 4 == 0:
                ids = [model.create(**row).id for row in rows]
            elif road % 4 == 1:
                ids = [each[0] for each in model.insert_many(rows).execute()]
            elif road % 4 == 2:
                made = [model(**row) for row in rows]
                model.bulk_create(made)
                ids = [each.id for each in made]
            else:
                made = [model(**row) for row in rows]
                for each in made:
                    each.save(force_insert=True)
                ids = [each.id for each in made]
            for id, row in zip(ids, rows, strict=True):
                notes.append(
                    lambda sure, id=id, row=row: self.ledger.wrote((collection, id), row, {}, sure)
                )

    def edit(self, number: int, kind: int, which: int, road: int) -> None:
        laptop, collection = self.laptop(number), SAMPLES[kind % 3]
        record = self.pick(laptop, collection, which)
        if record is None:
            return
        model = laptop.model(collection)
        values: dict[str, Any] = {"name": self.text()} if road % 2 else {"note": self.text()}
        if road % 5 == 4 and hasattr(model, "nickname"):
            values["nickname"] = self.text()
        before = self.seen(laptop, collection, record.id)
        with self.writing(laptop) as notes:
            notes.append(
                lambda sure: self.ledger.wrote((collection, record.id), values, before, sure)
            )
            if road % 4 == 3:  # the same transaction thinks again
                self.write(model, record, dict.fromkeys(values, "a draft"), road // 4)
            self.write(model, record, values, road)

    def write(self, model: Any, record: Any, values: dict[str, Any], road: int) -> None:
        for name, value in values.items():
            setattr(record, name, value)
        if road % 3 == 0:
            record.save()
        elif road % 3 == 1:
            model.update(**values).where(model.id == record.id).execute()
        else:
            model.bulk_update([record], list(values))

    def forward(self, number: int, which: int, road: int) -> None:
        """The fields that only move one way."""
        laptop = self.laptop(number)
        record = self.pick(laptop, "sample.thing", which)
        if record is None:
            return
        before = self.seen(laptop, "sample.thing", record.id)
        fresh = self.new()
        values: dict[str, Any] = {
            "most": 1_000_000 + fresh,
            "least": -1_000_000 - fresh,
            "ready": bool(road % 2),
        }
        if record.day is None:
            values["day"] = (date(2000, 1, 1) + timedelta(fresh)).isoformat()
        if record.state != "done":
            values["state"] = "done" if road % 2 else "busy"
        with self.writing(laptop) as notes:
            notes.append(
                lambda sure: self.ledger.wrote(("sample.thing", record.id), values, before, sure)
            )
            self.write(laptop.model("sample.thing"), record, values, road)

    def count(self, number: int, which: int, amount: int) -> None:
        laptop = self.laptop(number)
        record = self.pick(laptop, "sample.thing", which)
        if record is None:
            return
        with self.writing(laptop) as notes:
            self._count(laptop, record, amount, notes)

    def _count(self, laptop: Laptop, record: Any, amount: int, notes: Notes) -> None:
        model, key = laptop.model("sample.thing"), ("sample.thing", record.id)
        notes.append(lambda sure: self.ledger.counts.append(Count(key, amount, laptop.life, sure)))
        if amount % 2:
            model.update(people=plus(amount)).where(model.id == record.id).execute()
        else:
            model.update(people=record.people + amount).where(model.id == record.id).execute()

    def regroup(self, number: int, which: int, road: int) -> None:
        """Add a member, and take one out that is seen."""
        laptop = self.laptop(number)
        record = self.pick(laptop, "sample.thing", which)
        if record is None:
            return
        model, key, member = laptop.model("sample.thing"), ("sample.thing", record.id), self.text()
        gone = sorted(record.skills)[road % (len(record.skills) + 1) :][:1]

        def note(sure: bool) -> None:
            self.ledger.added[key, member] = sure
            for each in gone:
                self.ledger.removed[key, each] = laptop.life if sure else 0

        with self.writing(laptop) as notes:
            notes.append(note)
            mine = model.id == record.id
            if road % 2:
                model.update(skills=adding(member)).where(mine).execute()
                model.update(skills=removing(*gone)).where(mine).execute()
            else:
                model.update(skills=record.skills - set(gone) | {member}).where(mine).execute()

    def delete(self, number: int, kind: int, which: int, road: int) -> None:
        laptop, collection = self.laptop(number), SAMPLES[kind % 3]
        record = self.pick(laptop, collection, which)
        if record is None:
            return
        saw = self.seen(laptop, collection, record.id)
        model, key = laptop.model(collection), (collection, record.id)
        with self.writing(laptop) as notes:
            notes.append(
                lambda sure: self.ledger.deletions.append(Deletion(key, saw, laptop.life, sure))
            )
            if road % 2:
                record.delete_instance()
            else:
                model.delete().where(model.id == record.id).execute()

    def undelete(self, number: int, kind: int, which: int) -> None:
        laptop, collection = self.laptop(number), SAMPLES[kind % 3]
        if laptop.revoked or collection not in laptop.replica.collections:
            return
        model = laptop.model(collection)
        with laptop.replica:
            gone = list(model.with_deleted().where(model.deleted).order_by(model.id))
        if gone:
            id = gone[which % len(gone)].id
            with self.writing(laptop):
                self.ledger.undeleted.add((collection, id))
                model.undelete(id)

    def move(self, number: int, which: int, where: int) -> None:
        """A record goes to another scope that the laptop holds."""
        laptop = self.laptop(number)
        record, scope = self.pick(laptop, "sample.thing", which), self.scope(laptop, where)
        if record is not None and scope is not None:
            model = laptop.model("sample.thing")
            with self.writing(laptop):
                model.update(scope=scope).where(model.id == record.id).execute()

    def together(self, number: int, which: int, where: int) -> None:
        """One transaction over several collections and scopes."""
        laptop = self.laptop(number)
        if laptop.revoked or not set(SAMPLES) <= laptop.replica.collections.keys():
            return
        team = self.scope(laptop, where, teams_only=True)
        person = self.pick(laptop, "people.person", which)
        before = self.seen(laptop, "people.person", person.id) if person else {}
        thing = self.pick(laptop, "sample.thing", which)
        if team is None:
            return
        rows = {
            "sample.thing": {"name": self.text(), "scope": COMMUNITY},
            "sample.visit": {"name": self.text(), "scope": team},
        }
        note = {"note": self.text()}
        with self.writing(laptop) as notes:
            if thing:
                self._count(laptop, thing, 7, notes)
            for name, row in rows.items():
                id = laptop.model(name).create(**row).id
                notes.append(
                    lambda sure, key=(name, id), row=row: self.ledger.wrote(key, row, {}, sure)
                )
            if person:
                notes.append(
                    lambda sure: self.ledger.wrote(("people.person", person.id), note, before, sure)
                )
                self.write(laptop.model("people.person"), person, note, where)

    def separately(self, number: int, where: int) -> None:
        """An import: many transactions in one commit."""
        laptop = self.laptop(number)
        scope = None if laptop.revoked else self.scope(laptop, where, teams_only=True)
        if scope is None or "sample.visit" not in laptop.replica.collections:
            return
        rows = [{"name": self.text(), "scope": scope} for _ in range(5)]
        with laptop.replica as replica, replica.separately():
            ids = [each[0] for each in laptop.model("sample.visit").insert_many(rows).execute()]
        for id, row in zip(ids, rows, strict=True):
            self.ledger.wrote(("sample.visit", id), row, {}, True)

    def resolve(self, number: int, which: int) -> None:
        laptop = self.laptop(number)
        conflict = self.pick(laptop, "hongxian.conflict", which)
        if conflict is not None:
            with self.writing(laptop):
                Conflict.update(resolved=True).where(Conflict.id == conflict.id).execute()

    def killed_writing(self, number: int, which: int, statements: int) -> None:
        self.kill_at = statements
        try:
            self.edit(number, which, which, statements)
        finally:
            self.kill_at = None

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
            self.ledger.hub_was_restored(self.world)

    def deliver_late(self, place: int) -> None:
        self.world.deliver_late(place)

    def stick_out(self, number: int) -> None:
        if not self.laptop(number).revoked:
            self.sticks.write(self.laptop(number))

    def stick_over(self, place: int) -> None:
        self.sticks.answer(place)
        if self.hub_was_loaded:
            self.ledger.hub_was_restored(self.world)

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
            self.ledger.hub_was_restored(self.world)

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
        with self.world.hub as hub, suppress(Refused):
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
            (let_pass if yes else refuse)(hub, held_for_keeper(hub))

    def collect_tombstones(self) -> None:
        self.world.collect_tombstones()

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
                game.ledger.hub_was_restored(world)
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
