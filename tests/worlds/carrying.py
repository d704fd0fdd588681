"""Rounds that are carried by stick in a simulated world: late, again, in another order, or never."""

from contextlib import suppress
from itertools import count
from pathlib import Path

from hongxian.errors import FileRefused
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_server.sync.bundle import answer_bundle
from simulation import Laptop, World


class Sticks:
    """All sticks that were ever written, each with the laptop that wrote it or is to read it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers = count(1)
        self._out: list[tuple[Laptop, Path]] = []
        self._back: list[tuple[Laptop, Path]] = []

    def write(self, laptop: Laptop) -> None:
        """A laptop writes what it has to tell."""
        path = self._new()
        bundle_out(laptop.replica, path)
        self._out.append((laptop, path))

    def answer(self, place: int) -> None:
        """Some stick arrives at the hub, which may not know its laptop any more."""
        if self._out:
            laptop, path = self._out[place % len(self._out)]
            reply = self._new()
            with suppress(FileRefused):
                answer_bundle(self._world.hub, path, reply)
                self._back.append((laptop, reply))

    def read(self, place: int) -> None:
        """Some answer arrives at its laptop, which may be another by now."""
        if self._back:
            laptop, path = self._back[place % len(self._back)]
            if not laptop.revoked:
                with suppress(FileRefused):
                    bundle_in(laptop.replica, path)

    def _new(self) -> Path:
        return self._world.folder / f"stick-{next(self._numbers)}"
