"""The rows that every system is given, and the edits made to them: the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

FIELDS = ("person", "activity", "day", "signed_in", "minutes", "state", "late", "notes")
"""With `id` and `scope` the ten columns of an attendance."""
STATES = ("signed_up", "signed_in", "signed_out", "confirmed")
WORDS = "磨刀剪子菜刀纱窗值班巡查调解学习室红房子大篷车志愿者邻里楼道晚托班今天明天帮忙老人孩子"
PEOPLE, ACTIVITIES = 3_000, 400
FIRST_MS = 1_735_689_600_000
"""2025-01-01: when the first row's id says that it was made."""

Row = dict[str, Any]
Edit = dict[str, Any]
"""`{"id": …, "set": {field: value}}`."""


def rows(count: int, seed: int = 1) -> Iterator[Row]:
    """Invented attendance."""
    dice = random.Random(seed)
    people = [_id(dice, place) for place in range(PEOPLE)]
    activities = [_id(dice, place) for place in range(ACTIVITIES)]
    for place in range(count):
        day = f"2025-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
        yield {
            "id": _id(dice, PEOPLE + place),
            "person": dice.choice(people),
            "activity": dice.choice(activities),
            "day": day,
            "signed_in": f"{day} {dice.randint(8, 20):02d}:{dice.randint(0, 59):02d}:00",
            "minutes": dice.randint(10, 240),
            "state": dice.choice(STATES),
            "late": dice.random() < 0.1,
            "notes": _notes(dice) if dice.random() < 0.7 else None,
        }


def _id(dice: random.Random, place: int) -> str:
    """A UUIDv7 (RFC 9562) whose milliseconds count up, as a busy laptop's would."""
    moment, rest = f"{FIRST_MS + place:012x}", f"{dice.getrandbits(74):019x}"
    return (
        f"{moment[:8]}-{moment[8:]}-7{rest[1:4]}-{'89ab'[dice.randrange(4)]}{rest[4:7]}-{rest[7:]}"
    )


def _notes(dice: random.Random) -> str:
    return "".join(dice.choices(WORDS, k=dice.randint(4, 24)))


_NEW_VALUE = {
    "minutes": lambda dice: dice.randint(241, 100_000),
    "state": lambda dice: dice.choice(STATES),
    "notes": _notes,
}


def edits(ids: Sequence[str], fields: Sequence[str], seed: int) -> Iterator[Edit]:
    """New values for some fields of each of these rows."""
    dice = random.Random(seed)
    for id in ids:
        yield {"id": id, "set": {name: _NEW_VALUE[name](dice) for name in fields}}


def ids_of(count: int, seed: int = 1) -> list[str]:
    """The ids of `rows` with the same count and seed."""
    return [row["id"] for row in rows(count, seed)]


def write_lines(path: Path, things: Iterable[Any]) -> Path:
    """Rows or edits into a file, one JSON document a line, which every system can read."""
    with path.open("w", encoding="utf-8") as file:
        for thing in things:
            file.write(json.dumps(thing, ensure_ascii=False) + "\n")
    return path


def read_lines(path: str | Path) -> Iterator[Any]:
    """The same again."""
    with Path(path).open(encoding="utf-8") as file:
        yield from map(json.loads, file)
