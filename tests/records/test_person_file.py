"""One person's data as a file: all that refers to them, that the asker may see, to read and for a program."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from peewee import CharField

import hongxian_plugins.roster as roster
from consoles import keepers, send
from hongxian import Record, Reference
from hongxian.collections.builtin import Phone
from hongxian.engine.person_file import DATA, PAGE, about, write_person_file
from hongxian.errors import RecordUnknown
from hongxian.plugins.viewer import PERSON
from hongxian.records import Consent
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_server.ops.person import give_person_file
from hongxian_server.tables.keeper_log import KeeperEntry
from meeting import Meeting, meeting
from samples import plugin


class Remark(Record):
    """Remarks that the keeper does not read."""

    person = Reference("roster.person", null=True)
    text = CharField(max_length=40)

    class Meta:
        collection = "remarks.remark"
        confidential = True


REMARKS = plugin("remarks", Remark)


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, roster, REMARKS) as met:
        met.team("east"), met.team("west")
        met.laptop("east"), met.laptop("west")
        yield met


def person_of(met: Meeting) -> str:
    one, _ = met.laptops
    with one:
        person, other = (
            Person.create(name=name, state="active").id for name in ("示例·<甲001>", "示例·乙002")
        )
        for each, phone in ((person, "10000000001"), (other, "10000000002")):
            Contact.create(person=each, phone=phone)
            Remark.create(person=each, text=f"关于{phone}")
        Membership.create(person=person, role="leader")
        Consent.create(person=person, kind="health")
    met.sync()
    met.sync()
    return str(person)


def read(path: Path) -> tuple[str, dict[str, list[dict[str, object]]]]:
    with zipfile.ZipFile(path) as packed:
        told = orjson.loads(packed.read(DATA))
        return packed.read(PAGE).decode(), {e["collection"]: e["records"] for e in told["about"]}


def test_the_clerk_gives_out_all_but_what_is_confidential_and_that_is_logged(
    met: Meeting, tmp_path: Path
) -> None:
    person, path = person_of(met), tmp_path / "file.zip"
    with met.hub:
        assert give_person_file(met.hub, PERSON, person, path) == 3
        assert [each.act for each in KeeperEntry.select()][-1] == "person's data given out"
    page, told = read(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert {name: len(records) for name, records in told.items()} == {
        PERSON: 1,
        "roster.contact": 1,
        "roster.membership": 1,
        "hongxian.consent": 0,
        "remarks.remark": 0,
    }
    for word in ("示例·&lt;甲001&gt;", "10000000001", "手机", "Phone", "1 more", "另有 1 条"):
        assert word in page
    for word in ("10000000002", "关于", "<甲001>"):
        assert word not in page


def test_the_console_gives_it_too_and_says_so_where_there_is_nobody(
    met: Meeting, tmp_path: Path
) -> None:
    person, browser = person_of(met), keepers(met.hub)
    given = send(browser, "/console/erasing/person", "/console/erasing", person=person)
    assert given.status_code == 200
    (tmp_path / "given.zip").write_bytes(given.data)
    assert "10000000001" in read(tmp_path / "given.zip")[0]
    nobody = send(browser, "/console/erasing/person", "/console/erasing", person="nobody")
    assert nobody.status_code == 302


def test_a_laptop_gives_out_what_it_has_and_no_more(met: Meeting, tmp_path: Path) -> None:
    person = person_of(met)
    for laptop, collections in zip(
        met.laptops,
        (
            {PERSON, "roster.contact", "roster.membership", "hongxian.consent", "remarks.remark"},
            {PERSON},
        ),
        strict=True,
    ):
        path = tmp_path / "file.zip"
        with laptop:
            write_person_file(laptop, path, about(laptop, PERSON, person, lambda _: True), "示例")
        page, told = read(path)
        assert set(told) == collections
        assert "乙002" not in page


def test_nobody_gets_a_file_of_one_who_is_not_there(met: Meeting) -> None:
    person_of(met)
    with met.hub, pytest.raises(RecordUnknown):
        about(met.hub, PERSON, "01890000-0000-7000-8000-000000000001", lambda _: True)


def test_by_which_phones_they_come_in_is_told_and_nothing_of_the_keys(
    met: Meeting, tmp_path: Path
) -> None:
    person, path = person_of(met), tmp_path / "file.zip"
    with met.hub:
        for of in (person, "another"):
            Phone.create(of=PERSON, record=of, key="04", code="ab", since="2026-11-01")
        give_person_file(met.hub, PERSON, person, path)
    page, told = read(path)
    [phone] = told["hongxian.phone"]
    assert phone["values"] == {
        "scope": "community",
        "since": "2026-11-01",
        "used": None,
        "ended": False,
    }
    assert "2026-11-01" in page
