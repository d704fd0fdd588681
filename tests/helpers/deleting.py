"""A laptop that deletes much of what another made."""

from hongxian.model.record import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import EntryState
from meeting import Meeting
from samples import Thing

ALL = 60


def make_all(met: Meeting) -> None:
    """A maker, who made what is there, and another laptop of its team."""
    met.team("east")
    met.laptop("east")
    met.laptop("east")
    with met.laptops[0] as maker, maker.transaction():
        for number in range(ALL):
            Thing.create(name=f"物{number}", scope=COMMUNITY)
    met.agree()


def delete(laptop: Replica, count: int) -> None:
    """The first so many, each by itself as people do."""
    with laptop:
        for thing in list(Thing.select().order_by(Thing.id).limit(count)):
            thing.delete_instance()


def there(met: Meeting) -> int:
    with met.hub:
        return Thing.select().count()


def states(laptop: Replica) -> dict[str, int]:
    with laptop:
        return {state: n for state in EntryState if (n := outbox.count(state))}
