"""Every offer of the bundled plugins to people's phones, tried with what is another's: nothing shows or changes."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from demo_world import fill
from hands import Hand
from hongxian.doubles import group
from hongxian.model.row import Row
from hongxian.plugins.offering import Offered, offers
from hongxian.plugins.offers import Action, Offer, View
from hongxian.plugins.viewer import PERSON, Viewer
from hongxian_plugins.roster import Person
from hongxian_server.hub import Hub
from hongxian_server.membership import pace
from meeting import meeting

NAMES = (
    "alliance",
    "campaign",
    "caravan",
    "certificates",
    "circle",
    "knife_grinding",
    "mediation",
    "mobilise",
    "requests",
    "reward_station",
    "roster",
    "rounds",
    "service",
    "study_room",
)
TEAM = "红马甲管家团"
MOST = 4
"""Records of others that each offer is tried with."""
Key = tuple[str, str]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One that holds the demonstration's records of all plugins."""
    modules = [import_module(f"hongxian_plugins.{each}") for each in NAMES]
    with meeting(tmp_path_factory.mktemp("others"), *modules) as there:
        there.team(TEAM)
        laptop = there.laptop(TEAM)
        fill(laptop)
        there.sync()
        yield there.hub


def rows(hub: Hub) -> dict[Key, Row]:
    """All that is there."""
    return {
        (name, row.id): row
        for name, collection in hub.collections.items()
        for row in collection.rows("NOT deleted")
    }


def names(row: Row, ids: Any) -> bool:
    """Whether a record is one of these, or speaks of one anywhere."""
    return row.id in ids or any(each in str(value) for value in row.values.values() for each in ids)


def busiest(hub: Hub, many: dict[Key, Row]) -> list[Person]:
    """Two people of whom most is told, who are not one person twice."""
    counts = {
        each.id: sum(names(row, [each.id]) for row in many.values())
        for each in Person.select().limit(40)
    }
    first, *others = sorted(counts, key=lambda id: -counts[id])
    second = next(each for each in others if each not in group(PERSON, first))
    assert counts[second] > 3
    return [Person.get_by_id(first), Person.get_by_id(second)]


def for_people(hub: Hub, viewer: Viewer) -> list[Offered[Offer]]:
    """What is offered to people alone."""
    found = [each for kind in (View, Action) for each in offers(hub, kind, viewer).values()]
    return [each for each in found if "public" not in each.offer.audiences]


def test_no_bundled_offer_shows_or_changes_what_is_anothers(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PACE", ())
    with hub:
        many = rows(hub)
        one, other = busiest(hub, many)
        mine, theirs = group(PERSON, one.id), group(PERSON, other.id)
        others = {
            key: row for key, row in many.items() if names(row, theirs) and not names(row, mine)
        }
        found = for_people(hub, Viewer("self", person=one.id, of=PERSON))
    assert found
    phone, tried = Hand(hub, one), 0
    for offered in found:
        way = "do" if isinstance(offered.offer, Action) else "view"
        of = [id for name, id in others if name == offered.collection][:MOST]
        for id in of:
            if offered.offer.theirs is None:
                phone.open(f"/{way}/{offered.name}/{id}")
                assert phone.status == 404, offered.name
                tried += 1
        for values in filled_with(offered, others):
            told = phone.do if way == "do" else phone.open
            shown = told(offered.name if way == "do" else f"/view/{offered.name}", **values)
            assert other.name not in shown, (offered.name, values)
            tried += 1
    with hub:
        after = rows(hub)
        changed = [
            key
            for key, row in others.items()
            if after.get(key) is None or after[key].stamp != row.stamp
        ]
    assert changed == []
    assert tried


def filled_with(offered: Offered[Offer], others: dict[Key, Row]) -> Iterator[dict[str, str]]:
    """What is asked for, with records of others where records are asked for."""
    if offered.collection not in ("", PERSON):
        return
    references = [each for each in offered.columns.values() if each.reference]
    for column in references:
        for id in [id for name, id in others if name == column.reference][:MOST]:
            plain = {each.name: plainly(each) for each in offered.columns.values()}
            yield {**plain, column.name: id}


def plainly(column: Any) -> str:
    """Something that a column takes."""
    if column.choices:
        return str(column.choices[0][0])
    return {"number": "1", "date": "2026-11-30"}.get(column.widget, "1")
