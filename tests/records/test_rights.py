"""Some records and fields are their maker's to write: the laptop says so, and the hub has the last word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import CharField

from hongxian import Record
from hongxian.errors import NotAllowed
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from meeting import Meeting, meeting
from samples import plugin

TEAM, OTHERS = "甲队", "乙队"


class Diary(Record):
    """Its maker's alone, but for the answer, which is anybody's."""

    text = CharField(max_length=40)
    answer = CharField(max_length=40, null=True)

    class Meta:
        collection = "kept.diary"
        writers = "maker"
        field_writers = {"answer": "scope"}


class Notice(Record):
    """Anybody's, but for the seal, which is its maker's, and the mark, which is its team's."""

    text = CharField(max_length=40)
    seal = CharField(max_length=40, null=True)
    mark = CharField(max_length=40, null=True)

    class Meta:
        collection = "kept.notice"
        scope = "community"
        field_writers = {"seal": "maker", "mark": "team"}


class OpenDiary(Record):
    """The same in an earlier release, whose laptops refuse nobody."""

    text = CharField(max_length=40)
    answer = CharField(max_length=40, null=True)

    class Meta:
        collection = "kept.diary"


class OpenNotice(Record):
    """The same in an earlier release."""

    text = CharField(max_length=40)
    seal = CharField(max_length=40, null=True)
    mark = CharField(max_length=40, null=True)

    class Meta:
        collection = "kept.notice"
        scope = "community"


EARLIER = {Diary: OpenDiary, Notice: OpenNotice}
KEPT, OPEN = plugin("kept", *EARLIER), plugin("kept", *EARLIER.values())


@pytest.fixture
def all_(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, KEPT) as all_:
        for team in (TEAM, OTHERS):
            all_.team(team)
        yield all_


def earlier(all_: Meeting, *teams: str) -> Replica:
    """A laptop with the earlier release."""
    all_.modules = (OPEN,)
    return all_.laptop(*teams)


WRITES = [
    (Diary, TEAM, {"text": "改"}, "only the laptop that made it"),
    (Diary, TEAM, {"deleted": True}, "only the laptop that made it"),
    (Diary, TEAM, {"answer": "改"}, None),
    (Notice, TEAM, {"seal": "改"}, "only the laptop that made it"),
    (Notice, TEAM, {"mark": "改"}, None),
    (Notice, OTHERS, {"mark": "改"}, "only the team that made it"),
    (Notice, OTHERS, {"text": "改"}, None),
]


@pytest.mark.parametrize(("model", "team", "values", "refusal"), WRITES)
def test_a_laptop_writes_of_anothers_record_what_is_not_its_makers(
    all_: Meeting,
    model: type[Record],
    team: str,
    values: dict[str, object],
    refusal: str | None,
) -> None:
    maker, other = all_.laptop(TEAM), all_.laptop(team)
    with maker:
        made = model.create(text="原")
    all_.sync(maker, other)
    with other:
        write = model.update(values).where(model.id == made.id)
        if refusal:
            with pytest.raises(NotAllowed, match=refusal):
                write.execute()
        else:
            write.execute()
    [report] = all_.sync(other)
    assert (report.sent, report.refused) == (0 if refusal else 1, 0)


@pytest.mark.parametrize(("model", "team", "values", "refusal"), WRITES)
def test_the_hub_refuses_what_is_its_makers_from_a_laptop_that_knew_no_better(
    all_: Meeting,
    model: type[Record],
    team: str,
    values: dict[str, object],
    refusal: str | None,
) -> None:
    maker, other = all_.laptop(TEAM), earlier(all_, team)
    with maker:
        made = model.create(text="原")
    all_.sync(maker, other)
    with other:
        known = EARLIER[model]
        known.update(values).where(known.id == made.id).execute()
    [report] = all_.sync(other)
    assert (report.sent, report.refused) == ((0, 1) if refusal else (1, 0))
    with other:
        told = str([each.reasons for each in attention.rejected_transactions()])
        assert (refusal or "[]") in told
    with all_.hub:
        [row] = model.with_deleted().where(model.id == made.id)
        assert all((getattr(row, name) == new) != bool(refusal) for name, new in values.items())


def test_a_maker_writes_what_is_its_own(all_: Meeting) -> None:
    maker = all_.laptop(TEAM)
    with maker:
        diary, notice = Diary.create(text="原"), Notice.create(text="原")
        all_.sync(maker)
        Diary.update(text="改").where(Diary.id == diary.id).execute()
        Notice.update(seal="改").where(Notice.id == notice.id).execute()
    [report] = all_.sync(maker)
    assert (report.sent, report.refused) == (2, 0)
