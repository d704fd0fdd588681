"""The longest texts that a record may hold reach every laptop, however many there are of them."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from hongxian.collections.builtin import Conflict
from hongxian.kinds.text import LONGEST_TEXT
from hongxian.wire.page import FRAME_BYTES
from meeting import Meeting, meeting
from samples import SAMPLE, Visit


@pytest.fixture
def all_(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, url=database_url) as made:
        made.team("east")
        yield made


@pytest.mark.either_database
def test_two_versions_of_the_longest_text_make_a_conflict_like_any_other(all_: Meeting) -> None:
    first, second = all_.laptop("east"), all_.laptop("east")
    with first:
        id = Visit.create(name="来访").id
    all_.sync(first, second)
    for laptop, letter in ((first, "甲"), (second, '"')):
        with laptop:
            Visit.update(note=letter * LONGEST_TEXT).where(Visit.id == id).execute()
    all_.sync(first, second)
    with second:
        [conflict] = Conflict.select()
        assert conflict.lost == '"' + "甲" * LONGEST_TEXT + '"'
        assert Visit.get_by_id(id).note == '"' * LONGEST_TEXT


@pytest.mark.thorough
@pytest.mark.parametrize("one_transaction", [False, True])
def test_long_texts_that_fill_several_frames_reach_another_laptop(
    tmp_path: Path, *, one_transaction: bool
) -> None:
    with meeting(tmp_path, SAMPLE) as all_:
        all_.team("east")
        first, second = all_.laptop("east"), all_.laptop("east")
        notes = [incompressible(seed) for seed in range(FRAME_BYTES // LONGEST_TEXT + 10)]
        with first, first.transaction() if one_transaction else first.separately():
            Visit.insert_many([{"name": "来访", "note": note} for note in notes]).execute()
        all_.sync(first, second)
        with second:
            assert {visit.note for visit in Visit.select()} == set(notes)


def incompressible(seed: int) -> str:
    """The longest text there may be, of a byte of chance for each character."""
    return random.Random(seed).randbytes(LONGEST_TEXT).decode("latin-1").replace("\0", "-")
