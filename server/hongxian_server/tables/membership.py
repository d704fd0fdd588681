"""Which laptop was let into which team and when: a log that only grows, and decides what each may see.

Of one laptop and scope the entry with the highest serial holds. That a laptop's access ended is an
entry of no scope, and nothing follows on it. The directory of devices that travels is made from the
log, for people to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized

from peewee import BigIntegerField, BooleanField, CharField, CompositeKey, Model, fn

from hongxian.collections.rights import Writer
from hongxian.model.circle import MOST_CIRCLES, team_of_circle
from hongxian.model.record import LONGEST_LAPTOP, RecordMetadata
from hongxian_server.hub_state import HubState
from hongxian_server.tables.access import Incarnation

Standing = dict[str, int]
"""Of one laptop: by scope the serial of its entry, below zero where that took the scope away."""


ENDED = ""
"""The scope of an entry that ends a laptop's access."""
ENDS_TOLD = 50
"""Of how many laptops, the last ones, every laptop is told that their access ended."""


class Membership(Model):  # type: ignore[misc]
    """One act of the keeper: a laptop was let into a scope, taken out of it, or its access ended."""

    serial = BigIntegerField()
    laptop = CharField(max_length=LONGEST_LAPTOP)
    scope = CharField(max_length=40)
    granted = BooleanField()
    at = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_membership"
        primary_key = CompositeKey("laptop", "scope", "serial")


def standing_of(laptop: str) -> Standing:
    """How a laptop stands; by hand, for it is asked in every round."""
    database = Membership._meta.database
    sql = (
        "SELECT scope, serial, granted FROM hongxian_membership "
        f"WHERE laptop = {database.param} AND scope <> '{ENDED}' ORDER BY serial"
    )
    entries = database.execute_sql(sql, (laptop,)).fetchall()
    return {scope: serial if granted else -serial for scope, serial, granted in entries}


def scopes_held(laptop: str) -> frozenset[str]:
    """The teams that a laptop is of now."""
    return teams_in(standing_of(laptop))


def teams_in(standing: Standing) -> frozenset[str]:
    """Of how a laptop stands, the teams that it is of."""
    return frozenset(s for s, serial in standing.items() if serial > 0 and not team_of_circle(s))


def circles_of(laptop: str) -> dict[str, bool]:
    """The circles that a laptop has been let into: whether it is of them now."""
    return circles_in(standing_of(laptop))


def circles_in(standing: Standing) -> dict[str, bool]:
    """The same of how it stands."""
    return {
        scope: serial > 0 and standing.get(team, 0) > 0
        for scope, serial in standing.items()
        if (team := team_of_circle(scope))
    }


def writer_of(by: Incarnation) -> Writer:
    """An incarnation of a laptop as one that wants to write."""
    standing = standing_of(by.laptop)
    teams, circles = teams_in(standing), circles_in(standing)
    begins = Beginnings(circles)
    return Writer(by.id, by.laptop, teams, by.number, scopes_held, circles, begins)


def laptops_holding(scope: str) -> frozenset[str]:
    """The laptops of a team or a circle."""
    entries = Membership.select().where(Membership.scope == scope).order_by(Membership.serial)
    newest = {each.laptop: each.granted for each in entries}
    held = frozenset(laptop for laptop, granted in newest.items() if granted)
    team = team_of_circle(scope)
    return held & laptops_holding(team) if team else held


def is_known(scope: str) -> bool:
    """Whether any laptop was ever let into a scope."""
    return bool(Membership.select().where(Membership.scope == scope).exists())


class Beginnings:
    """Which circles one request of a laptop may begin: such as nobody was ever of, and not too many. Use once.

    A circle's name tells of the laptop that begins it by few bits: with the hub's log it is sure.
    """

    def __init__(self, known: Sized) -> None:
        """`known` are those that it has been let into."""
        self._left = MOST_CIRCLES - len(known)
        self._said: dict[str, bool] = {}

    def __call__(self, scope: str) -> bool:
        if scope not in self._said:
            self._said[scope] = self._left > 0 and not is_known(scope)
            self._left -= self._said[scope]
        return self._said[scope]


def known_circles() -> list[str]:
    """The scopes of all circles, those too that nobody is of any more."""
    found = Membership.select(Membership.scope).where(Membership.scope.startswith("c-")).distinct()
    return [scope for (scope,) in found.tuples()]


def note_memberships(laptop: str, scopes: Iterable[str], at: int, *, granted: bool) -> None:
    """The keeper's act, inside the caller's commit; `at` is in milliseconds since 1970.

    A serial is the time of it, or the next after the last: so that what a hub does which was put
    back comes after what it had done before.
    """
    last = Membership.select(fn.MAX(Membership.serial)).scalar() or 0
    for serial, scope in enumerate(sorted(scopes), max(last + 1, at)):
        Membership.create(serial=serial, laptop=laptop, scope=scope, granted=granted, at=at)
    _count_it()


def ends_told() -> dict[str, int]:
    """The laptops whose access ended last, with the serials of it; by hand, as `standing_of` is."""
    sql = (
        f"SELECT laptop, serial FROM hongxian_membership WHERE scope = '{ENDED}' "
        f"ORDER BY serial DESC LIMIT {ENDS_TOLD}"
    )
    return dict(Membership._meta.database.execute_sql(sql).fetchall())


def has_ended(laptop: str) -> bool:
    """Whether a laptop's access ended, also one of which nothing else is known any more."""
    own = (Membership.laptop == laptop) & (Membership.scope == ENDED)
    return bool(Membership.select().where(own).exists())


def join_standing(laptop: str, standing: Standing, at: int) -> None:
    """Enter what this log has lost of a laptop, inside the caller's commit."""
    for scope, serial in standing.items():
        Membership.create(serial=abs(serial), laptop=laptop, scope=scope, granted=serial > 0, at=at)
    _count_it()


def _count_it() -> None:
    """Let the hub's state tell that this log has grown, to whoever looks often."""
    with HubState.changing() as state:
        state.let_in += 1
