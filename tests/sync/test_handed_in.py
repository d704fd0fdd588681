"""What is handed in to the keeper is on no laptop once it was sent, and the console alone shows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import CharField

import suggestions
from consoles import keepers, page
from hongxian import FileField, Record
from hongxian.collections.collection import Collection
from hongxian.errors import BadCollection, NotAllowed
from hongxian.model.record import KEEPER
from hongxian.wire.digest import digests
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_client.sync.scopes import enter_scopes
from hongxian_server.sync.bundle import answer_bundle
from meeting import Meeting, meeting
from samples import SAMPLE, Thing
from suggestions import Suggestion

SECRET = "示例·有话要说"


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, suggestions, SAMPLE, url=database_url) as met:
        met.team("east")
        met.laptop("east"), met.laptop("east")
        yield met


def files_with(folder: Path, word: str = SECRET) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and word.encode() in path.read_bytes()
    ]


@pytest.mark.either_database
def test_once_it_was_sent_no_laptop_has_anything_of_it(met: Meeting) -> None:
    one, two = met.laptops
    with one:
        assert Suggestion.create(about="调度", text=SECRET).scope == KEEPER
        assert [each.text for each in Suggestion.select()] == [SECRET]
    for _ in range(2):
        met.sync(one)
        met.sync(two)
    for laptop in (one, two):
        with laptop:
            assert not Suggestion.with_deleted().exists()
            assert KEEPER not in digests()
        assert not files_with(laptop.folder)
    with met.hub:
        assert [each.text for each in Suggestion.select()] == [SECRET]


def test_by_stick_it_stays_until_the_answer_came(met: Meeting, tmp_path: Path) -> None:
    one, _ = met.laptops
    with one:
        Suggestion.create(about="调度", text=SECRET)
        bundle_out(one, tmp_path / "out")
        assert Suggestion.select().exists()
    answer_bundle(met.hub, tmp_path / "out", tmp_path / "back")
    with one:
        bundle_in(one, tmp_path / "back")
        assert not Suggestion.with_deleted().exists()
    met.sync(one)
    assert not files_with(one.folder)


def test_what_is_not_sent_yet_stays_when_a_team_is_withdrawn(met: Meeting) -> None:
    one, _ = met.laptops
    met.sync(one)
    with one:
        Suggestion.create(about="调度", text=SECRET)
        with one.upkeep():
            enter_scopes(one, {}, {}, [])
        assert Suggestion.select().exists()
    met.sync(one)
    with met.hub:
        assert Suggestion.select().count() == 1


def test_nobody_changes_it_or_moves_another_record_there(met: Meeting) -> None:
    one, _ = met.laptops
    with one:
        id = Suggestion.create(about="调度", text=SECRET).id
        with pytest.raises(NotAllowed):
            one.edit(Suggestion, {id: {"text": "改"}})
        with pytest.raises(NotAllowed):
            Thing.create(name="磨石", scope=KEEPER)
        [team] = one.teams()
        with pytest.raises(NotAllowed):
            Suggestion.insert(about="x", text="y", scope=team).execute()


def test_the_console_lists_what_came(met: Meeting) -> None:
    one, _ = met.laptops
    with one:
        Suggestion.create(about="调度", text="<b>" + SECRET)
    met.sync(one)
    shown = page(keepers(met.hub), "/console/handed-in")
    assert f"&lt;b&gt;{SECRET}" in shown
    assert "调度" in shown


def test_it_has_no_files(met: Meeting) -> None:
    class Complaint(Record):
        """With a photo."""

        about = CharField()
        photo = FileField(null=True)

        class Meta:
            collection = "complaints.complaint"
            scope = "keeper"

    with pytest.raises(BadCollection):
        Collection(Complaint, met.hub.database)
