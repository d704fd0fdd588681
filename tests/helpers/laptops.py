"""What tests ask of laptops that are joined to no real hub."""

from hongxian_client.replica.replica import Replica


def problems_of(laptop: Replica) -> list[str]:
    """What its plugins did wrong so far."""
    return [error.en for plugin in laptop.plugins.all for error in plugin.errors]
