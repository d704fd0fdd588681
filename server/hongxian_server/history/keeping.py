"""Keeping no longer than was said: records whose time or consent is over are erased, each hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import orjson

from hongxian.collections.builtin import Consent, Erasure
from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_today
from hongxian.kit.consents import last_word
from hongxian.model.circle import team_of_circle
from hongxian.model.keep import Keep
from hongxian.model.record import Record
from hongxian.model.row import Key, Row
from hongxian.storage.state import State
from hongxian.words.logs import logger
from hongxian.words.values import Value
from hongxian_server.history.ending import to_be_erased
from hongxian_server.history.erasing import BY_KEEP, erase
from hongxian_server.history.erasing_fields import blank_of
from hongxian_server.hub import Hub
from hongxian_server.intake.revival import revival

log = logger(__name__)
AT_ONCE = 500
"""Records erased in one commit: others write in between."""
ROWS_A_READ = 1_000
EVERYWHERE = ""
"""Where the hub's own keeper put down what somebody said, it counts for all; a team's word for its own records."""
Said = dict[str, dict[tuple[str, str], bool]]
"""By kind of consent, and by scope and person: whether it was given, as was said last."""


@dataclass
class KeepState(State):
    """What need not be looked at anew."""

    deleted_looked_at: str = ""
    """On which day, and after which consents, the journal was asked what deleted records had held."""


def erase_what_is_over(hub: Hub) -> int:
    """Erase all that is not to be kept any more; returns how many records and single fields went."""
    said, today, erased = _said(), local_today(hub), 0
    withdrawn = sorted((kind, list(told.values()).count(False)) for kind, told in said.items())
    look = f"{today} {withdrawn}"
    is_new = KeepState.read().deleted_looked_at != look
    for collection in list(hub.collections.values()):
        for field, keep in collection.keeps.items():
            what = f"{collection.name}.{field}" if field else collection.name
            live, gone = (
                sorted(
                    each.id
                    for each in _over(hub, collection, keep, held, said, today)
                    if not field or _is_filled(collection, field, each)
                )
                for held in (_live(collection), _deleted(hub, collection) if is_new else ())
            )
            over = [*to_be_erased(hub, what, collection, live), *gone]
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


def _said() -> Said:
    """What people said of their consent, for the records of each scope."""
    told: dict[tuple[str, str], list[Consent]] = {}
    for each in Consent.select():
        told.setdefault((each.kind, each.person), []).append(each)
    found: Said = {}
    for (kind, person), all_ in told.items():
        for_all = [each for each in all_ if not each.maker]
        for scope in {EVERYWHERE if each in for_all else each.scope for each in all_}:
            heard = for_all + [each for each in all_ if each.maker and each.scope == scope]
            found.setdefault(kind, {})[scope, person] = bool(last_word(heard))
    return found


def _is_withdrawn(said: dict[tuple[str, str], bool], scope: str, person: str) -> bool:
    """Whether a person withdrew a consent, as far as that counts for a record of a scope."""
    for each in (scope, team_of_circle(scope), EVERYWHERE):
        if (each, person) in said:
            return not said[each, person]
    return False


def _over(
    hub: Hub,
    collection: Collection,
    keep: Keep,
    records: Iterable[Record],
    said: Said,
    today: date,
) -> Iterator[Record]:
    """Those of the records whose time or consent is over."""
    of_kind, is_told = said.get(keep.consent, {}), False
    erased = _erased(collection, keep)
    for record in records:
        is_withdrawn = bool(of_kind) and _is_withdrawn(
            of_kind, record.scope, getattr(record, keep.of)
        )
        if is_withdrawn or (erased and getattr(record, str(keep.until)) in erased):
            yield record
        elif keep.until is not None and erased is None:
            try:
                last = _last_day(keep, record)
            except Exception as error:  # the plugin's: the other records go all the same
                if not is_told:
                    hub.plugin_failed(collection, "keep", error)
                is_told = True
                continue
            if last is not None and last < today:
                yield record


def _erased(collection: Collection, keep: Keep) -> set[str] | None:
    """The records that were erased of those that it is kept for; None where it is kept for none."""
    column = collection.columns.get(keep.until) if isinstance(keep.until, str) else None
    if column is None or not column.reference:
        return None
    erasures = Erasure.select(Erasure.record).where(Erasure.collection == column.reference)
    return {id for (id,) in erasures.tuples()}


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
    return collection.model(id=row.id, scope=row.scope, **values)


def _stored(value: Value) -> Value:
    return orjson.dumps(value).decode() if isinstance(value, dict) else value
