"""What the keeper is asked for: each a line that says what is so, with the one act that helps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from hongxian.words.values import JsonObject
from hongxian_server.console.overview.cards import Card
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState, KeptIdentity
from hongxian_server.membership import devices, second_factor
from hongxian_server.ops.disk import Disk, filling
from hongxian_server.ops.held import lists_held
from hongxian_server.ops.plugins_apart import said_of
from hongxian_server.sync.releases import report_of
from hongxian_server.tables.access import Incarnation, live_ones
from hongxian_server.tables.releases import Stage, plugin_releases
from hongxian_web import words

BACKUP_DAYS = 7
"""After which the keeper is warned that no backup was made."""
CODE_HOURS = 4
"""Before its end a code is told of: time enough to go and print another."""
DRILL_DAYS = 182
"""After which the keeper is asked to try again whether the recovery sheet opens a backup."""
PUT_BACK_DAYS = 14
"""So long the keeper is reminded of whom a hub that was put back lets in again."""
MOST_LAPTOPS = 4
"""That are asked after by name; the page of laptops has the others."""
_DAY, _HOUR = 86_400_000, 3_600_000


@dataclass(frozen=True)
class Ask:
    """One line; `tone` is stop where something is lost or standing still, wait where it may be, else now."""

    icon: str
    tone: str
    said: str | Markup
    act: str
    url: str
    does: bool = False
    """Whether the act is done from the line, by POST; else the address leads to where it is."""


def hubs_asks(hub: Hub, told: JsonObject) -> list[Ask]:
    """What is wrong with the hub itself; none where all is well with it."""
    return [*_journal(told), *_backups(hub, told), *_disk(told), *_plugins(told)]


def asks(hub: Hub, told: JsonObject, cards: list[Card]) -> list[Ask]:
    """What else there is to do, the gravest first."""
    live = list(live_ones())
    found = chain(
        _held(), _away(cards), _refused(live), _codes(hub),
        _put_back(hub), _releases(live), _apart(told, live), _drill(hub, told), _door(hub),
    )  # fmt: skip
    return sorted(found, key=lambda each: ("stop", "wait", "now").index(each.tone))


def _journal(told: JsonObject) -> Iterator[Ask]:
    broken, damaged = told["journal"]["first_broken"], told["values"]["waiting"]
    if broken:
        said = _(
            "The journal is broken at block %(block)s: keep the folder as it is and restore the "
            "last sound backup.",
            block=broken,
        )
        yield Ask("journal-text", "stop", said, _("Look"), url_for("backups.index"))
    if damaged:
        said = ngettext(
            "The disk changed %(n)s record; laptops are asked for their copies.",
            "The disk changed %(n)s records; laptops are asked for their copies.",
            damaged,
            n=damaged,
        )
        yield Ask("hdd", "stop", said, _("Look"), url_for("damaged.index"))


def _backups(hub: Hub, told: JsonObject) -> Iterator[Ask]:
    url, look = url_for("backups.index"), _("Look")
    make, now = url_for("backups.make"), _("Back up now")
    for each in told["backups"]:
        if each["trouble"]:
            where, why = words.marked(each["place"]), words.marked(each["trouble"])
            yield Ask("archive", "stop", Markup("{} {}").format(where, why), look, url)
    made = told["backed_up"]
    if made is None:
        said = _(
            "No backup was made yet: if this disk fails, what no laptop holds is lost, and the journal with it."
        )
        has_sheet = bool(KeptIdentity.read().sheet)  # without one there is no backup to be made
        yield Ask(
            "archive",
            "stop",
            said,
            now if has_sheet else look,
            make if has_sheet else url,
            has_sheet,
        )
    elif hub.now() - made > BACKUP_DAYS * _DAY:
        said = _("The last backup is older than %(days)s days.", days=BACKUP_DAYS)
        yield Ask("archive", "stop", said, now, make, does=True)
    elif len(told["backups"]) == 1:
        said = _("Backups lie on this machine alone: if it burns, they are gone with it.")
        yield Ask("archive", "wait", said, _("Name a second place"), url)


def _put_back(hub: Hub) -> Iterator[Ask]:
    at = HubState.read().put_back_at
    if at and hub.now() - at < PUT_BACK_DAYS * _DAY:
        said = _(
            "The hub was put back from a backup: laptops stopped after it come in again until you stop them."
        )
        yield Ask("laptop", "stop", said, _("Look"), url_for("laptops.index"))


def _drill(hub: Hub, told: JsonObject) -> Iterator[Ask]:
    tried = told["drilled"] or HubState.read().put_back_at  # which took the letters, too
    if told["backed_up"] and hub.now() - tried > DRILL_DAYS * _DAY:
        said = (
            _("It was not tried for half a year whether the recovery sheet opens a backup.")
            if tried
            else _("It was never tried whether the recovery sheet opens a backup.")
        )
        yield Ask("key", "now", said, _("Try it"), url_for("backups.index"))


def _disk(told: JsonObject) -> Iterator[Ask]:
    for each in filling(Disk(**each) for each in told["disks"]):
        free, where = words.megabytes(each.free), words.marked(each.folder)
        if each.days is None:
            said = _(
                "%(where)s: only %(free)s left on its disk. At none, nothing more is taken in."
            )
            said = words.filled(said, where=where, free=free)
        else:
            said = _(
                "%(where)s: %(free)s left on its disk, full in about %(days)s days if it fills on like "
                "this. Make room, or have a larger one."
            )
            said = words.filled(said, where=where, free=free, days=str(each.days))
        tone = "stop" if each.is_short else "wait"
        yield Ask("hdd", tone, said, _("What is there"), url_for("settings.index"))


def _plugins(told: JsonObject) -> Iterator[Ask]:
    if told["plugins_in_trouble"]:
        said = _("Plugins in trouble: %(names)s")
        said = words.filled(said, names=", ".join(told["plugins_in_trouble"]))
        yield Ask("puzzle", "wait", said, _("Look"), url_for("plugins.index"))


def _held() -> Iterator[Ask]:
    if lists_held():
        said = _("Much was deleted or given back: it waits for your word.")
        yield Ask("bell", "wait", said, _("Decide"), url_for("held.index"))


def _away(cards: list[Card]) -> Iterator[Ask]:
    away = sorted((each for each in cards if each.is_away), key=lambda each: each.laptop.last_seen)
    for each in away[:MOST_LAPTOPS]:
        told = words.filled(
            _("%(name)s: %(when)s, %(what)s"),
            name=each.laptop.name,
            when=each.when,
            what=each.what,
        )
        url = url_for("laptops.show", number=each.laptop.number)
        yield Ask("laptop", each.tone, told, _("Look"), url)
    if len(away) > MOST_LAPTOPS:
        further = len(away) - MOST_LAPTOPS
        others = ngettext(
            "%(n)s further laptop was not here for days.",
            "%(n)s further laptops were not here for days.",
            further,
            n=further,
        )
        yield Ask("laptop", "wait", others, _("Look"), url_for("laptops.index"))


def _refused(live: list[Incarnation]) -> Iterator[Ask]:
    for each in live:
        if each.refused:
            said = words.filled(
                _("%(name)s: %(n)s refused, for its people to see to"),
                name=each.name,
                n=str(each.refused),
            )
            url = url_for("laptops.show", number=each.number)
            yield Ask("exclamation-circle-fill", "wait", said, _("Look"), url)


def _codes(hub: Hub) -> Iterator[Ask]:
    for each in devices.pending_codes(hub):
        hours = (each.expires - hub.now()) // _HOUR
        if hours < CODE_HOURS:
            said = words.filled(
                _("The code for %(teams)s ends in %(hours)s h"),
                teams=" · ".join(devices.names_of(each.scopes()).values()),
                hours=str(hours or "<1"),
            )
            url = url_for("codes.index", team=each.scopes())
            yield Ask("key", "wait", said, _("Make another"), url)


def _releases(live: list[Incarnation]) -> Iterator[Ask]:
    running = [{each["sha256"] for each in report_of(laptop)} for laptop in live]
    for name, mine in plugin_releases().items():
        good = [each for each in mine if each.stage != Stage.WITHDRAWN]
        if not good or good[-1].stage != Stage.ALL:
            continue
        lacking = sum(good[-1].sha256 not in those for those in running)
        if lacking:
            said = words.filled(
                _("%(name)s %(version)s: laptops that do not run it yet: %(n)s"),
                name=name,
                version=good[-1].version,
                n=str(lacking),
            )
            yield Ask("puzzle", "now", said, _("Look"), url_for("plugin_releases.index"))


def _apart(told: JsonObject, live: list[Incarnation]) -> Iterator[Ask]:
    for each in said_of(told["plugins_apart"], live):
        url = url_for("plugin_releases.index")
        yield Ask("puzzle", "wait", words.marked(each), _("Look"), url)


def _door(hub: Hub) -> Iterator[Ask]:
    if not second_factor.is_on(hub):
        said = _("The password alone opens this console.")
        yield Ask("lock", "now", said, _("Add a second factor"), url_for("second_factor.show"))
