"""Steps by which people write in a simulated world, each noted in the ledger once it was confirmed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from dying import Killed, dying
from hongxian.collections.builtin import Conflict
from hongxian.errors import NotAllowed
from hongxian.merges import adding, plus, removing
from hongxian.model.record import COMMUNITY
from hongxian_client.replica.laptop_state import LaptopState
from ledger import SAMPLES, TRACED, Count, Deletion, Ledger, Seen
from simulation import Laptop, World

Notes = list[Callable[[bool], None]]
"""What is to be told, once it is known, of whether a transaction was confirmed."""


class Writing:
    """What people do at the laptops of a world, with the ledger of what was confirmed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ledger = Ledger()
        self.fresh = 0
        self.false: dict[Any, Any] = {}
        """What a disk has made of values, with what they were: who writes over one replaces the other."""
        self.kill_at: int | None = None

    def laptop(self, number: int) -> Laptop:
        return self.world.laptops[number % len(self.world.laptops)]

    def new(self) -> int:
        self.fresh += 1
        return self.fresh

    def text(self) -> str:
        return f"value{self.new()}."

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
            notes.append(lambda sure: self.ledger.deletions.append(Deletion(key, saw, sure)))
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
        """An import: many transactions in one commit, and one deed."""
        laptop = self.laptop(number)
        scope = None if laptop.revoked else self.scope(laptop, where, teams_only=True)
        if scope is None or "sample.visit" not in laptop.replica.collections:
            return
        rows = [{"name": self.text(), "scope": scope} for _ in range(5)]
        with laptop.replica as replica, replica.one_deed(), replica.separately():
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
