"""Keeping no longer than was said: records whose time or consent is over are erased, each hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

import orjson

from hongxian.builtin import Consent
from hongxian.collection import Collection
from hongxian.keep import Keep
from hongxian.local_time import local_today
from hongxian.logs import logger
from hongxian.record import Record
from hongxian.row import Key, Row, load_stamps
from hongxian.storage.state import State
from hongxian.values import Value
from hongxian_server.history.erasing import BY_KEEP, erase
from hongxian_server.history.erasing_fields import blank_of
from hongxian_server.hub import Hub
from hongxian_server.intake.revival import revival

log = logger(__name__)
AT_ONCE = 500
"""Records erased in one commit: others write in between."""
ROWS_A_READ = 1_000
Withdrawn = dict[str, set[str]]
"""By kind of consent the ids of the people who withdrew it."""


@dataclass
class KeepState(State):
    """What need not be looked at anew."""

    deleted_looked_at: str = ""
    """On which day, and after which consents, the journal was asked what deleted records had held."""


def erase_what_is_over(hub: Hub) -> int:
    """Erase all that is not to be kept any more; returns how many records and single fields went."""
    withdrawn, today, erased = _withdrawn(), local_today(hub), 0
    look = f"{today} {sorted((kind, len(people)) for kind, people in withdrawn.items())}"
    is_new = KeepState.read().deleted_looked_at != look
    for collection in list(hub.collections.values()):
        for field, keep in collection.keeps.items():
            held = chain(_live(collection), _deleted(hub, collection) if is_new else ())
            found = _over(hub, collection, keep, held, withdrawn, today)
            over = sorted(
                each.id for each in found if not field or _is_filled(collection, field, each)
            )
            what = f"{collection.name}.{field}" if field else collection.name
            for start in range(0, len(over), AT_ONCE):
                part: list[Key] = [(what, id) for id in over[start : start + AT_ONCE]]
                erase(hub, part, BY_KEEP)
            erased += len(over)
    if is_new:
        with hub.upkeep(), KeepState.changing() as state:
            state.deleted_looked_at = look
    if erased:
        log.info("no longer kept records=%d", erased)
    return erased


def _withdrawn() -> Withdrawn:
    """Who withdrew a consent and has not given it again."""
    last: dict[tuple[str, str], Consent] = {}
    for each in Consent.select():
        held = last.get((each.kind, each.person))
        if held is None or _said_at(held) < _said_at(each):
            last[each.kind, each.person] = each
    found: Withdrawn = {}
    for (kind, person), each in last.items():
        if not each.given:
            found.setdefault(kind, set()).add(person)
    return found


def _said_at(consent: Consent) -> int:
    """The stamp under which it says what it says."""
    return load_stamps(consent.stamps).get("given", int(consent.stamp))


def _over(
    hub: Hub,
    collection: Collection,
    keep: Keep,
    records: Iterable[Record],
    withdrawn: Withdrawn,
    today: date,
) -> Iterator[Record]:
    """Those of the records whose time or consent is over."""
    people = withdrawn.get(keep.consent, set())
    for record in records:
        if people and getattr(record, keep.of) in people:
            yield record
        elif keep.until is not None:
            try:
                last = _last_day(keep, record)
            except Exception as error:  # the plugin's: the others' records go all the same
                hub.plugin_failed(collection, "keep", error)
                return
            if last is not None and last < today:
                yield record


def _is_filled(collection: Collection, field: str, record: Record) -> bool:
    return bool(getattr(record, field) not in (blank_of(collection, field), None))


def _last_day(keep: Keep, record: Record) -> date | None:
    until = keep.until
    day: object = getattr(record, until) if isinstance(until, str) else until and until(record)
    if day is not None and not isinstance(day, date):
        raise TypeError("until gives a date, or None")
    return day


def _live(collection: Collection) -> Iterator[Record]:
    model, last = collection.model, ""
    while True:
        after = model.select().where(model.id > last).order_by(model.id)
        page = list(after.limit(ROWS_A_READ))
        if not page:
            return
        yield from page
        last = page[-1].id


def _deleted(hub: Hub, collection: Collection) -> Iterator[Record]:
    """Deleted records as they were, of which the journal has still what they held."""
    for row in collection.rows("deleted"):
        was = revival(hub, collection, row)
        if was is not None:
            yield _record_of(collection, was)


def _record_of(collection: Collection, row: Row) -> Record:
    fields = collection.model._meta.fields
    values = {
        name: fields[name].python_value(_stored(row.values[name])) for name in collection.columns
    }
    return collection.model(id=row.id, **values)


def _stored(value: Value) -> Value:
    return orjson.dumps(value).decode() if isinstance(value, dict) else value
