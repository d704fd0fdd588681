"""The console's journal: found by team, laptop, collection, record and day; what is confidential stays so."""

import logging
import re
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from peewee import CharField, Field, IntegerField, fn

from command_line import Place, joined, new_hub, serving
from consoles import HOSTILE, keepers, page
from hongxian import MembersField, QuotaField, Record, Reference, TallyField
from hongxian.engine.upgrade import KnownFields
from hongxian.merges import adding, plus, removing
from hongxian.plugins.loading import Plugins
from hongxian.quotas import grant, spend
from hongxian_server.history import search
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.tables.journal import Block
from samples import plugin

TEAMS = ("红马甲管家团", "夕阳红")
SECRET = "示例·当事人的话"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A hub to which two laptops have sent: people, an edit, and a case."""
    folder = tmp_path_factory.mktemp("journal")
    place = new_hub(folder / "hub", *TEAMS)
    with serving(place) as url:
        first, second = (
            joined(place, url, folder / name, team)
            for name, team in zip("甲乙", TEAMS, strict=True)
        )
        id = first.json("add", "roster.person", f"name=示例·{HOSTILE}")["id"]
        first.json("sync")
        first.json("edit", "roster.person", id, "name=示例·改过")
        second.json("add", "roster.person", "name=示例·乙的人")
        second.json(
            "add", "mediation.note", "day=2026-03-01", f"about={SECRET}", "volunteer=示例·甲"
        )
        for laptop in (first, second):
            laptop.json("sync")
    return place


@pytest.fixture
def keeper(place: Place) -> FlaskClient:
    return keepers(Hub.open(place.folder))


def found(keeper: FlaskClient, **asked: str) -> str:
    return (
        page(keeper, "/console/journal", query_string=asked)
        .partition("</form>\n")[2]
        .partition("<main")[2]
    )


EIGHT_HOURS = 8 * 3600
"""By which the community's time is ahead of the world's, in seconds."""


def day_of_edit(place: Place) -> str:
    """The day on which the hub heard of it."""
    with Hub.open(place.folder):
        at = Block.select(fn.MAX(Block.at)).where(Block.incarnation > 1 << 62).scalar()
    return time.strftime("%Y-%m-%d", time.gmtime(at / 1000 + EIGHT_HOURS))


def test_a_change_is_told_with_who_when_and_both_values_and_never_as_markup(
    place: Place, keeper: FlaskClient
) -> None:
    told = found(keeper, laptop="2", collection="roster.person")
    assert "示例·改过" in told
    assert HOSTILE not in told
    assert re.search(r"<s[^>]*><bdi>示例·&lt;script", told)
    assert day_of_edit(place) in told


def test_the_journal_is_narrowed_by_team_laptop_record_and_day(
    place: Place, keeper: FlaskClient
) -> None:
    everything = found(keeper)
    assert "示例·乙的人" in everything
    assert "示例·改过" in everything
    scopes = {name: scope for scope, name in place.json("hub", "status")["teams"].items()}
    for asked in ({"team": scopes[TEAMS[0]]}, {"laptop": "2"}):
        assert "示例·改过" in found(keeper, **asked)
        assert "示例·乙的人" not in found(keeper, **asked)
    id = re.search(
        r"record=([0-9a-f-]{36})", found(keeper, laptop="2", collection="roster.person")
    )[1]
    one = found(keeper, record=id)
    assert one.count("</s> → <bdi>示例·改过") == 1
    assert "示例·乙的人" not in one
    assert "Nothing was found" in found(keeper, until="2020-01-01")
    day = day_of_edit(place)
    assert "示例·改过" in found(keeper, since=day, until=day)


def test_the_journal_is_searched_by_a_record_s_name_of_today_and_of_then(
    keeper: FlaskClient,
) -> None:
    assert "Nothing was found" in found(keeper, name="改过", collection="service.activity")
    for name in ("示例·改过", "改", "<SCRIPT>ALERT"):
        told = found(keeper, name=name)
        assert told.count("<tr>") == 3, "a heading, the person and the edit"
        assert "示例·乙的人" not in told
    assert "示例·乙的人" in found(keeper, name="乙的")
    for nothing in ("没有这个人", "%", "_", "\\"):
        assert "Nothing was found" in found(keeper, name=nothing)


def test_of_what_is_confidential_the_keeper_learns_when_and_by_whom_alone(
    place: Place, keeper: FlaskClient
) -> None:
    told = found(keeper, collection="mediation.note")
    assert "confidential" in told
    assert "乙" in told
    assert SECRET not in told
    assert "record=" not in told
    assert SECRET not in found(keeper)
    with Hub.open(place.folder) as hub:
        id = next(iter(hub.collection("mediation.note").rows("NOT deleted"))).id
    assert "Nothing was found" in found(keeper, record=id)
    without = keepers(Hub.open(place.folder, plugins=Plugins(installed=False)))
    assert SECRET not in found(without)
    assert "示例·改过" not in found(without), "what no plugin declares open is kept shut"


def test_every_collection_of_mediation_is_confidential_but_what_names_nobody(place: Place) -> None:
    with Hub.open(place.folder) as hub:
        open_ones = [
            name
            for name in hub.collections
            if name.startswith("mediation.") and not search.is_confidential(hub, name)
        ]
    assert open_ones == ["mediation.figure", "mediation.archive_book", "mediation.setting"]


@pytest.mark.either_database
def test_records_that_fields_point_to_are_told_by_name_in_one_query_for_each_collection(
    tmp_path: Path, database_url: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    class Owner(Record):
        """Owners."""

        name = CharField(max_length=40)

        class Meta:
            collection = "sample.owner"
            scope = "any"

    class Client(Owner):
        """Clients, of whom no keeper is told."""

        class Meta:
            collection = "sample.client"
            confidential = True

    class Bag(Record):
        """Bags."""

        owner = Reference("sample.owner")
        client = Reference("sample.client", null=True)

        class Meta:
            collection = "sample.bag"
            scope = "any"

    plugins = Plugins(installed=False)
    plugins.add(plugin("sample", Owner, Client, Bag))
    hub = Hub.init(tmp_path / "hub", "示例社区", database_url=database_url, plugins=plugins)
    keeper = keepers(hub)

    with hub:
        owners = [Owner.create(name=f"示例·主{n}", scope="community") for n in range(9)]
        client = Client.create(name=SECRET, scope="community")
        bag = Bag.create(owner=owners[0].id, scope="community")
        Bag.update(owner=owners[1].id, client=client.id).where(Bag.id == bag.id).execute()
        for owner in owners[1:]:
            Bag.create(owner=owner.id, scope="community")
    with caplog.at_level(logging.DEBUG, "peewee"):
        page_of_all = found(keeper)
    assert sum('"sample_' in each.getMessage() for each in caplog.records) == 1
    [edit] = re.findall(r"<tr>(?:(?!</tr>).)*changed.*?</tr>", page_of_all, re.DOTALL)
    told = re.sub(r"<[^>]+>", "", edit)
    assert "Owner: 示例·主0 → 示例·主1" in told
    assert f"Client: — → {client.id}" in told, "a confidential record is told by no name"
    assert SECRET not in page_of_all
    assert "Nothing was found" in found(keeper, name=SECRET)
    with hub:
        Owner.update(name="示例·改名").where(Owner.id == owners[0].id).execute()
    assert "Owner: 示例·改名 → 示例·主1" in re.sub(r"<[^>]+>", "", found(keeper, record=bag.id))


def test_a_field_that_was_no_reference_in_an_earlier_release_is_told_as_it_was(
    tmp_path: Path,
) -> None:
    def bag(owner: Field) -> type[Record]:
        options = {"collection": "sample.bag", "scope": "any"}
        return type("Bag", (Record,), {"owner": owner, "Meta": type("Meta", (), options)})

    before, after = bag(MembersField()), bag(Reference("sample.bag", null=True))
    folder, plugins, later = tmp_path / "hub", Plugins(installed=False), Plugins(installed=False)
    plugins.add(plugin("sample", before))
    later.add(plugin("sample", after))
    with Hub.init(folder, "示例社区", plugins=plugins) as hub:
        made = before.create(scope="community")
        before.update(owner=adding("示例·甲")).where(before.id == made.id).execute()
        with hub.upkeep(), KnownFields.changing() as state:
            state.kinds = {}  # as in databases of release 0.2, which noted none
    assert "示例·甲" in found(keepers(Hub.open(folder, plugins=later)))


@pytest.mark.either_database
def test_a_name_that_is_a_number_is_found_and_stops_no_search(
    tmp_path: Path, database_url: str | None
) -> None:
    class Ticket(Record):
        """Tickets."""

        title = IntegerField()

        class Meta:
            collection = "sample.ticket"
            scope = "any"

    plugins = Plugins(installed=False)
    plugins.add(plugin("sample", Ticket))
    hub = Hub.init(tmp_path / "hub", "示例社区", database_url=database_url, plugins=plugins)
    with hub:
        Ticket.create(title=4711, scope="community")
    assert "4711" in found(keepers(hub), name="71")
    assert "Nothing was found" in found(keepers(hub), name="示例")


def test_counters_sets_and_quotas_are_told_by_what_was_added(tmp_path: Path) -> None:
    class Lot(Record):
        """Lots."""

        people = TallyField()
        skills = MembersField()
        stock = QuotaField(unit="瓶")

        class Meta:
            collection = "sample.lot"
            scope = "any"

    plugins = Plugins(installed=False)
    plugins.add(plugin("sample", Lot))
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=plugins)
    with hub:
        lot = Lot.create(scope="community")
        Lot.update(people=plus(7)).where(Lot.id == lot.id).execute()
        Lot.update(people=plus(-3)).where(Lot.id == lot.id).execute()
        Lot.update(skills=adding("电工")).where(Lot.id == lot.id).execute()
        Lot.update(skills=removing("电工")).where(Lot.id == lot.id).execute()
        grant(lot, "stock", 12)
        spend(lot, "stock", 5)
        moved = devices.add_team(hub, "夕阳红")
        Lot.update(scope=moved).where(Lot.id == lot.id).execute()
        Lot.delete().where(Lot.id == lot.id).execute()
    told = found(keepers(hub), collection="sample.lot")
    assert re.findall(r"<bdi>([^<]+)</bdi>", told.replace("<bdi>the hub</bdi>", "")) == [
        "the whole community",
        "夕阳红",
        "given out 5 瓶",
        "granted 12 瓶",
        "−电工",
        "+电工",
        "-3",
        "+7",
    ]
    done = re.findall(r'wide-cell">\s*(\w+)', told)
    assert (done[0], done[1], done[-1]) == ("deleted", "changed", "new")


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"until": "9999-99-99"},
        {"since": "0001-01-01"},
        {"team": HOSTILE},
        {"laptop": "1 OR 1=1"},
        {"collection": "\x00"},
        {"record": "\x00"},
        {"name": "a\x00"},
        {"name": "\u202e"},
        {"name": "名" * 5000},
        {"record": "\u202e"},
        {"record": "🧵"},
        {"record": "a" * 5000},
    ],
)
def test_what_cannot_be_searched_for_is_said_beside_it(keeper: FlaskClient, asked: dict) -> None:
    answer = keeper.get("/console/journal", query_string=asked)
    assert answer.status_code == 400
    assert 'class="wrong"' in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]


@pytest.mark.either_database
def test_pages_follow_on_one_another_and_miss_nothing(
    tmp_path: Path, database_url: str | None
) -> None:
    class Word(Record):
        """Words."""

        text = CharField(max_length=40)

        class Meta:
            collection = "sample.word"
            scope = "any"

    plugins = Plugins(installed=False)
    plugins.add(plugin("sample", Word))
    hub = Hub.init(tmp_path / "hub", "示例社区", database_url=database_url, plugins=plugins)
    with hub:
        for start in (0, 100, 200):
            with hub.separately():
                rows = [{"text": f"w{n}", "scope": "community"} for n in range(start, start + 70)]
                hub.create(Word, rows)
    keeper = keepers(hub)
    address, told = "/console/journal?collection=sample.word", []
    while address:
        shown = page(keeper, address)
        told += re.findall(r"<bdi>(w\d+)</bdi>", shown)
        further = re.search(r'rel="next" href="([^"]+)"', shown)
        address = further[1].replace("&amp;", "&") if further else ""
    assert told == [f"w{n}" for start in (200, 100, 0) for n in reversed(range(start, start + 70))]
    for odd in ("x", "1-", "9" * 400, "-1-0", "\x00"):
        assert keeper.get("/console/journal", query_string={"start": odd}).status_code == 200
