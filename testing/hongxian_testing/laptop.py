"""One laptop of a test: what its leader does at the keyboard, in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Self  # Any: what an action or a view gives, each of its own kind

import orjson

from hongxian.collections.builtin import Conflict, Task
from hongxian.errors import PageRefused
from hongxian.kit.duties import Due, due_by_now
from hongxian.kit.notices import Notice, noticed
from hongxian.model.record import Record
from hongxian.model.stamp import wall_clock
from hongxian.plugins.loading import Plugins
from hongxian.plugins.offering import carry_out, find_offer
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.security.keys import SigningKey, id_of
from hongxian.shapes.sheet import Sheet
from hongxian.text import Language, Text
from hongxian.wire.page import read_stream
from hongxian.words.incarnation import incarnation_of
from hongxian_client.plugins.offers import find_record, leader, values_for
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import KEY, Replica
from hongxian_client.review.attention import Rejected, discard, rejected_transactions
from hongxian_client.sheets.importing import import_file
from hongxian_client.sheets.report import ImportReport
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.text.assignments import Assignment
from hongxian_client.transport.link import Post, post_to_hub
from hongxian_testing.clock import Clock
from hongxian_web.paper.parts import html_of

TEAM = {"team-1": "红马甲管家团"}
"""Of which a laptop is that no hub answers."""


class Laptop:
    """A data folder with plugins. `with laptop:` makes it the one that models read and write."""

    def __init__(self, store: Replica, clock: Clock) -> None:
        self.store = store
        """What an action or a view gets as its `store`."""
        self._clock = clock
        self._heard: list[bytes] = []
        """What the hub answered so far."""

    def __enter__(self) -> Self:
        self.store.__enter__()
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self.store.__exit__(kind, error, traceback)

    # -- what its leader does ----------------------------------------------------------------

    def do(self, name: str, record: Record | str | None = None, /, **asked: object) -> Any:
        """Do what a plugin offers, as `hongxian do` does; returns what is told.

        What is asked for may be given as it is typed, or as a value. Raises a `Refused`, and
        `OfferFailed` where the plugin breaks.
        """
        return self._carry_out(Action, name, record, asked)

    def view(self, name: str, record: Record | str | None = None, /, **asked: object) -> Any:
        """What a view shows: a `Table`, a `Chart` or another shape. Raises as `do`."""
        return self._carry_out(View, name, record, asked)

    def print(
        self,
        name: str,
        record: Record | str | None = None,
        /,
        language: Language = "zh",
        **asked: object,
    ) -> str:
        """The HTML of a sheet, as a reader of `"zh"` or `"en"` has it. Raises as `do`."""
        body = self._carry_out(Document, name, record, asked)
        return html_of(body, language) if isinstance(body, Sheet) else str(body)

    def bring_in(self, collection: str, file: Path) -> ImportReport:
        """Import an .xlsx or .csv into a collection, as `hongxian import`: `new`, `wrong`, `rows_total`."""
        with self:
            return import_file(self.store, collection, file)

    def sync(self) -> Report:
        """Sync with the hub over the socket, until both sides agree; raises `HubOutOfReach`."""
        with self:
            return sync(self.store, self._hearing(post_to_hub(self.store)))

    def at(self, moment: str | datetime) -> None:
        """Let it be this moment here, and wherever the same clock is looked at: `"2026-03-01 09:00"`."""
        self._clock.set(moment)

    # -- what stands there -------------------------------------------------------------------

    @property
    def tasks(self) -> list[Text]:
        """What waits for a person, oldest first."""
        with self:
            open_ones = Task.select().where(Task.done == False).order_by(Task.id)  # noqa: E712
            return [each.text for each in open_ones]

    def due(self) -> list[Due]:
        """What stands on Today as due, the soonest first."""
        with self:
            return due_by_now(self.store, self.store.teams())

    def notices(self) -> list[Notice]:
        """What plugins have a leader hear of now."""
        with self:
            return list(noticed(self.store))

    @property
    def conflicts(self) -> list[Conflict]:
        """What was written twice without sight of each other, and waits for a person to choose."""
        with self:
            return list(Conflict.select().where(Conflict.resolved == False))  # noqa: E712

    @property
    def attention(self) -> list[Rejected]:
        """What the hub refused, or found taken by another, oldest first."""
        with self:
            return rejected_transactions()

    @property
    def refused(self) -> list[Text]:
        """Why the hub refused what stands under *Needs attention*, oldest first."""
        return [
            why for each in self.attention for reasons in each.reasons.values() for why in reasons
        ]

    def discard(self) -> None:
        """Take all back that stands under *Needs attention*, as its button does: what was built on one goes with it."""
        while waits := self.attention:
            with self:
                discard(self.store, waits[-1].number)

    def holds(self, words: str) -> bool:
        """Whether these words stand in any of its files, or in what the hub sent it by `sync`."""
        files = (each for each in self.store.folder.rglob("*") if each.is_file())
        told = (part for heard in self._heard for part in _opened(heard))
        return any(words.encode() in each for each in (*map(Path.read_bytes, files), *told))

    def _hearing(self, post: Post) -> Post:
        """The link to the hub, with all that it answers kept."""

        def heard(path: str, body: bytes) -> BinaryIO:
            self._heard.append(post(path, body).read())
            return BytesIO(self._heard[-1])

        return heard

    @property
    def errors(self) -> list[Text]:
        """What its plugins did wrong so far."""
        return [error for plugin in self.store.plugins.all for error in plugin.errors]

    def _carry_out(
        self,
        kind: type[Offer],
        name: str,
        record: Record | str | None,
        asked: Mapping[str, object],
    ) -> Any:
        with self:
            viewer = leader(self.store)
            offered = find_offer(self.store, kind, name, viewer)
            of = None if record is None else find_record(self.store, offered, _id_of(record))
            given = [Assignment(each, "", _typed(value)) for each, value in asked.items()]
            values = values_for(self.store, offered.asked_of(of), given)
            return carry_out(self.store, offered, of, values, viewer)


def open_laptop(
    folder: Path,
    *modules: ModuleType,
    teams: Mapping[str, str] = TEAM,
    number: int = 5,
    now: Callable[[], int] | None = None,
) -> Replica:
    """The store of a laptop of these teams (`{scope: name}`) as after `hongxian join`; no hub answers it."""
    laptop = Replica.open(folder, plugins=with_only(modules), now=now or wall_clock)
    key = SigningKey(
        sha256(f"laptop-{number}".encode()).digest()
    )  # it may sign, as one that joined
    (folder / KEY).write_bytes(key.seed)
    with laptop, laptop.upkeep(), LaptopState.changing() as state:
        state.hub_key, state.number, state.laptop = "joined", number, id_of(key.public)
        state.incarnation = incarnation_of(state.laptop, "")
        state.teams = dict(teams)
    return laptop


def with_only(modules: tuple[ModuleType, ...]) -> Plugins:
    """These plugins, and none that is installed; raises whatever is wrong with one."""
    plugins = Plugins(installed=False)
    for module in modules:
        plugins.add(module)
    return plugins


def _opened(heard: bytes) -> list[bytes]:
    """What an answer of the hub holds, as JSON; what is no JSON as it is."""
    try:
        return [orjson.dumps(frame) for frame in read_stream(BytesIO(heard))]
    except PageRefused:
        return [heard]


def _id_of(record: Record | str) -> str:
    return record if isinstance(record, str) else str(record.id)


def _typed(value: object) -> str:
    """A value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Record):
        return str(value.id)
    if isinstance(value, set | frozenset | list | tuple):
        return ",".join(map(_typed, sorted(value)))
    return str(value)
