"""Steps by which people undo in a simulated world, each noted in the ledger as what it is: one more write."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from dying import Killed, dying
from hongxian.merges.merge import Members, Tally
from hongxian.model.row import WRITTEN_BY, Row, local_rows
from hongxian.writing.putting_back import Step, Way
from hongxian_client.replica.deeds import Deed, DeedPart, parts_of
from hongxian_client.replica.undoing import (
    NotUndone,
    Undoing,
    lately,
    undo,
    what_undoing_would_do,
)
from ledger import SAMPLES, TRACED, Count, Deletion, Key, Write
from simulation import Laptop, World
from writing import Notes, Writing

REACH = 6
"""So many of the last deeds of a laptop are undone."""
Shown = dict[Key, dict[str, Any]]
"""The fields of records, as a laptop shows them; none of one that is deleted."""


class TakingBack(Writing):
    """What people take back of what they did, with what they left when they did it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.left: dict[str, Shown] = {}
        """What a deed's records held when it was done, by the deed."""

    @contextmanager
    def writing(self, laptop: Laptop) -> Iterator[Notes]:
        with super().writing(laptop) as notes:
            yield notes
        self.note_left(laptop)

    def separately(self, number: int, where: int) -> None:
        super().separately(number, where)
        self.note_left(self.laptop(number))

    def note_left(self, laptop: Laptop) -> None:
        """Keep what was left by what was just done."""
        with laptop.replica:
            for deed in [] if laptop.revoked else lately(1):
                if deed.id not in self.left:
                    self.left[deed.id] = self.shown(laptop, parts_of(deed.id))

    def shown(self, laptop: Laptop, parts: Iterable[DeedPart]) -> Shown:
        keys = dict.fromkeys((each.collection, each.record) for each in parts)
        return {key: self._fields(row) for key, row in _rows(laptop, keys)}

    def _fields(self, row: Row) -> dict[str, Any]:
        """What it tells a person, as it was before a disk changed it."""
        values = {} if row.deleted else row.values
        told = {
            name: self.false.get(value, value) if isinstance(value, str) else value
            for name, value in values.items()
            if name != WRITTEN_BY
        }
        for name, standing in (("people", Tally.total), ("skills", Members.present)):
            if name in told:
                told[name] = standing(told[name])
        return told

    # -- steps -------------------------------------------------------------------------------

    def undo(self, number: int, which: int, *, twice: bool = False) -> None:
        """Undo one of the last deeds, whatever happened since; undone twice it is done again."""
        laptop = self.laptop(number)
        with laptop.replica:
            deeds = [] if laptop.revoked else lately(REACH)
        if not deeds:
            return
        deed = deeds[which % len(deeds)]
        with laptop.replica:
            parts = parts_of(deed.id)
            before = self.shown(laptop, parts)
        undoing = self._undo(laptop, deed)
        if twice and undoing is not None and not undoing.left:
            with laptop.replica:
                [last], after = lately(1), self.shown(laptop, parts)
            if after != before:  # of what all have deleted the hub gives back what it held
                self._undo(laptop, last)
                with laptop.replica:
                    again = self.shown(laptop, parts)
                    assert again == before, (before, after, again)

    def undo_twice(self, number: int, which: int) -> None:
        self.undo(number, which, twice=True)

    def killed_undoing(self, number: int, which: int, statements: int) -> None:
        self.kill_at = statements
        try:
            self.undo(number, which)
        finally:
            self.kill_at = None

    def _undo(self, laptop: Laptop, deed: Deed) -> Undoing | None:
        """What was undone; None where nothing was, or the process died over it."""
        with laptop.replica as replica:
            would = what_undoing_would_do(replica, deed)
            standing = self.shown(laptop, parts_of(deed.id))
            self._check_as_left(deed, would, standing)
        notes = [self._note(laptop, each) for each in would.done]
        try:
            with dying(laptop.replica) as die_at, laptop.replica as replica:
                if self.kill_at is not None:
                    die_at(self.kill_at)
                undoing = undo(replica, deed)
        except Killed:
            self.world.restart(laptop)
            undoing = None
        except NotUndone:
            assert would.why_not is not None, "it was not said before"
            return None
        for note in notes:
            note(undoing is not None)
        if undoing is not None:
            assert undoing.done == would.done, "something else was done than was said before"
            assert undoing.left == would.left
        self.note_left(laptop)
        return undoing

    def _check_as_left(self, deed: Deed, would: Undoing, standing: Shown) -> None:
        """Nothing comes back but over what the deed itself left there."""
        left = self.left.get(deed.id, {})
        for step in would.done:
            for name in step.values.keys() & TRACED if step.way is Way.EDIT else ():
                assert standing[step.key][name] == left[step.key][name], (step, standing, left)

    def _note(self, laptop: Laptop, step: Step) -> Any:
        """What tells the ledger of one record that is put back."""
        key, ledger = step.key, self.ledger
        if step.collection not in SAMPLES:
            return lambda _sure: None
        saw = self.seen(laptop, *key)
        counted, regrouped = step.values.get("people"), step.values.get("skills")
        restored = {name: step.values[name] for name in TRACED if name in step.values}

        def note(sure: bool) -> None:
            if step.way is Way.DELETE:
                ledger.deletions.append(Deletion(key, saw, sure))
            elif step.way is Way.BRING_BACK:
                ledger.undeleted.add(key)
            for name, value in restored.items():
                for each in {value, self.false.get(value, value)}:
                    ledger.writes.append(Write(key, name, each, saw.get(name, []), sure))
            if counted is not None:
                ledger.counts.append(Count(key, counted.amount, laptop.life, sure))
            if regrouped is not None:
                for each in regrouped.remove:
                    ledger.removed[key, each] = laptop.life if sure else 0
                ledger.doubled |= {(key, each) for each in regrouped.add}

        return note


def _rows(laptop: Laptop, keys: Iterable[Key]) -> Iterator[tuple[Key, Row]]:
    replica = laptop.replica
    for name, id in keys:
        if name in replica.collections:
            rows = local_rows(replica.view(replica.collections[name], [id]))
            yield from (((name, id), row) for row in rows.values())
