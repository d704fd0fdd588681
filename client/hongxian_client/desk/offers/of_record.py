"""On a record's page: what plugins show of it, and offer for it as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from hongxian.collection import Collection
from hongxian.errors import HongxianError
from hongxian.plugins.offers import Table
from hongxian.row import Row
from hongxian_client.desk.offers.offer_page import GO
from hongxian_client.desk.offers.shapes import drawn
from hongxian_client.plugins.offers import (
    ACTIONS,
    DOCUMENTS,
    VIEWS,
    Offered,
    carry_out,
    offers,
    values_for,
)
from hongxian_client.replica.replica import Replica
from hongxian_web import words
from hongxian_web.navigation import with_query


def offers_of(replica: Replica, collection: Collection, row: Row) -> Markup:
    """Its views, and buttons for what can be done with it; nothing for a deleted one."""
    if row.deleted:
        return Markup()
    views = [
        (words.shown(offered.offer.title), _shown(replica, offered, row))
        for offered in _fitting(replica, VIEWS, collection, row)
    ]
    buttons = [
        *_asking_for(replica, collection, row),
        *(
            (words.shown(offered.offer.title), url_for(view, name=offered.name, id=row.id))
            for hook, view in ((ACTIONS, "offers.do"), (DOCUMENTS, "offers.print_sheet"))
            for offered in _fitting(replica, hook, collection, row)
        ),
    ]
    return Markup(
        render_template(
            "desk/offers.html", views=[each for each in views if each[1]], buttons=buttons
        )
    )


def _asking_for(replica: Replica, collection: Collection, row: Row) -> Iterator[tuple[str, str]]:
    """The views that ask for a record of this kind, with this one filled in: a day's board."""
    for offered in offers(replica, VIEWS).values():
        asked = [each for each in offered.columns.values() if each.reference == collection.name]
        if asked and not offered.collection:
            others = [each for each in offered.columns.values() if each is not asked[0]]
            given = {asked[0].name: row.id}
            if not any(each.required for each in others):
                given[GO] = "1"
            yield (
                words.shown(offered.offer.title),
                with_query(url_for("offers.view", name=offered.name), given),
            )


def _fitting(replica: Replica, hook: str, collection: Collection, row: Row) -> Iterator[Offered]:
    """What is for this record; one that breaks is kept as its plugin's trouble and left out."""
    for offered in offers(replica, hook).values():
        with suppress(HongxianError):
            if offered.collection == collection.name and offered.fits(replica, row):
                yield offered


def _shown(replica: Replica, offered: Offered, row: Row) -> str:
    """A view of a record; one that fails says so in a box of its own."""
    try:
        shown = carry_out(replica, offered, row, values_for(replica, offered, []))
    except HongxianError as error:
        title = _("That did not work")
        return render_template(
            "hongxian/error_box.html", title=title, message=words.marked(error.text)
        )
    is_nothing = isinstance(shown, Table) and not shown.rows and not shown.note
    return "" if is_nothing else drawn(shown)
