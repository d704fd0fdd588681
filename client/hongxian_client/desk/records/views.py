"""Every collection's list, form and pages, whichever plugin brought it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.collections.rights import may_delete, may_write
from hongxian.doubles import Doubles
from hongxian.errors import HongxianError, RecordUnknown
from hongxian.kit.settings import Settings
from hongxian.merges.changes import plus
from hongxian.model.row import Row, local_rows
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import called, marks_of
from hongxian_client.desk.menu import hidden_plugins, of_plugin
from hongxian_client.desk.records import detail, form
from hongxian_client.desk.records.listing import Listing
from hongxian_client.desk.records.referring import referring
from hongxian_client.desk.records.road import roads_of
from hongxian_client.desk.records.tasks import tasks_of
from hongxian_client.replica.replica import Replica
from hongxian_client.review.conflicts import settle_written
from hongxian_client.search.index import Progress
from hongxian_client.text.query import select_rows
from hongxian_web import words
from hongxian_web.app import error_page
from hongxian_web.flashes import WRONG, tell
from hongxian_web.inputs import read
from hongxian_web.navigation import Entry, in_menu
from hongxian_web.sent_files import kept_files, sent_files

OFFERED = 12
"""Records that a reference's input offers for what is typed."""
_LARGEST_STEP = 10**9

bp = Blueprint("records", __name__, url_prefix="/c")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    """Every plugin's collections under its name, but of those that are out of the menu."""
    replica, hidden = current_desk().replica, hidden_plugins()
    for name, kind in replica.collections.items():
        owner = replica.owners.get(name)
        if owner is not None and owner.name not in hidden:
            address = url_for("records.index", name=name)
            yield of_plugin(owner, words.shown(kind.title), address, rare=not kind.in_menu)


# -- lists ---------------------------------------------------------------------------------------


@bp.get("/<name>")
def index(name: str) -> str:
    """A collection's list, as its address asks for it."""
    replica = current_desk().replica
    kind = replica.collection(name)
    listing = Listing(replica, kind, request.args, url_for("records.index", name=name))
    if listing.asked.search:
        _read_on(replica, kind)
    page = render_template("desk/list.html", listing=listing)
    replica.was_read(kind, [row.id for row in listing.rows], "list")
    return page


@bp.get("/<name>/pick")
def pick(name: str) -> str:
    """The records that a reference's input offers for what is typed."""
    replica, into = current_desk().replica, request.args.get("into", "")
    kind, typed = replica.collection(name), request.args.get(into, "")
    rows = select_rows(replica, kind, [], sort=kind.naming or "-id", limit=OFFERED, search=typed)
    _read_on(replica, kind)
    doubles = Doubles(kind.name)
    rows = [row for row in rows if doubles.first(row.id) == row.id]
    found = [(row.id, called(kind, row), _further(replica, kind, row)) for row in rows]
    page = render_template(
        "desk/pick.html", found=found, into=into, add=form.adding_to(replica, kind)
    )
    replica.was_read(kind, [row.id for row in rows], "list")
    return page


def _read_on(replica: Replica, kind: Collection) -> None:
    if Progress(replica.database).is_behind(kind):
        current_desk().read_texts(kind)


@bp.post("/<name>/delete")
def delete(name: str) -> ResponseReturnValue:
    """Delete the records that are ticked, of those that this laptop may delete."""
    replica = current_desk().replica
    kind, ids = replica.collection(name), request.form.getlist("id")
    there = [row for row in local_rows(replica.view(kind, ids)).values() if not row.deleted]
    mine = [row for row in there if may_delete(kind, row, replica.writer())]
    if mine:
        replica.delete(kind.model, [row.id for row in mine])
        tell(words.filled(_("Deleted: %(names)s"), names=_names(kind, mine)))
    if len(mine) < len(there):
        kept = [row for row in there if row not in mine]
        message = words.filled(_("This laptop may not delete: %(names)s"), names=_names(kind, kept))
        tell(message, kind=WRONG)
    if not there:
        tell(_("Nothing was selected."), kind=WRONG)
    return redirect(_back_to_list(name))


# -- one record ----------------------------------------------------------------------------------


@bp.get("/<name>/<id>")
def show(name: str, id: str) -> str:
    """One record, with its history and the records that refer to it."""
    replica = current_desk().replica
    kind, row = _sought(replica, name, id)
    writer = replica.writer()
    events, whole = detail.events_of(replica, kind, id, from_hub=False)
    page = render_template(
        "desk/record.html",
        collection=kind,
        row=row,
        title=called(kind, row),
        face=detail.face_of(kind, row),
        icon=replica.owners[name].icon if name in replica.owners else "",
        facts=detail.facts_with_files(replica, kind, row),
        states=detail.states_of(kind, row),
        written=detail.written(row),
        marks_of_this=marks_of(kind, [row]).get(id, []),
        tasks=tasks_of(kind, id),
        roads=roads_of(kind, row),
        deletion_refused=detail.deletion_refused(kind, id),
        tallies=[
            (each, detail.plain_total(kind, row, each.name))
            for each in kind.shown.values()
            if each.counts_on and not each.read_only and may_write(kind, row, each.name, writer)
        ],
        events=events,
        whole=whole,
        referring=partial(referring, replica, kind, id),
        may_edit=not (row.deleted or issubclass(kind.model, Settings))
        and bool(form.columns_asked(replica, kind, row)),
        may_delete=not row.deleted and may_delete(kind, row, writer),
    )
    replica.was_read(kind, [id], "show")
    return page


@bp.get("/<name>/<id>/history")
def history(name: str, id: str) -> str:
    """A record's whole history, from the hub."""
    replica = current_desk().replica
    kind, _row = _sought(replica, name, id)
    events, whole = detail.events_of(replica, kind, id, from_hub=True)
    page = render_template(
        "desk/history.html", collection=kind, id=id, events=events, whole=whole, asked=True
    )
    replica.was_read(kind, [id], "history")
    return page


@bp.post("/<name>/<id>/count")
def count(name: str, id: str) -> ResponseReturnValue:
    """Count a record's tally on, or back."""
    replica = current_desk().replica
    kind, row = _sought(replica, name, id)
    field, step = request.form.get("field", ""), request.form.get("by", "")
    column = kind.columns.get(field)
    number = int(step) if step.removeprefix("-").isdecimal() and step.isascii() else 0
    if column is None or not column.counts_on or not 0 < abs(number) <= _LARGEST_STEP:
        tell(_("That is no number to count on by."), kind=WRONG)
    else:
        replica.edit(kind.model, {row.id: {field: plus(number)}})
    return redirect(url_for("records.show", name=name, id=id))


# -- forms ---------------------------------------------------------------------------------------


@bp.route("/<name>/new", methods=["GET", "POST"])
def new(name: str) -> ResponseReturnValue:
    """The form of a new record."""
    replica = current_desk().replica
    kind = replica.collection(name)
    if not may_write(kind, None, "", replica.writer()):
        return error_page(_("That did not work"), _("Only the hub adds records here."), 403)
    return _form(replica, kind, None)


@bp.route("/<name>/<id>/edit", methods=["GET", "POST"])
def edit(name: str, id: str) -> ResponseReturnValue:
    """The form that changes a record."""
    replica = current_desk().replica
    kind, row = _sought(replica, name, id)
    if row.deleted:
        raise RecordUnknown(id=id, collection=name)
    if not form.columns_asked(replica, kind, row):
        message = _("This laptop may not change this record.")
        return error_page(_("That did not work"), message, 403)
    return _form(replica, kind, row)


def _names(kind: Collection, rows: list[Row]) -> list[str]:
    """The first of them by name."""
    return [called(kind, row) for row in rows[:3]] + (["…"] if len(rows) > 3 else [])


def _form(replica: Replica, kind: Collection, row: Row | None) -> ResponseReturnValue:
    error: HongxianError | None = None
    settings = form.standing_settings(replica, kind)
    held = row or settings
    if request.method == "POST":
        typed = read(request.form, kind.columns)
        typed |= kept_files(kind.columns, typed)
        try:
            typed |= sent_files(kind.name, kind.columns, request.files)
            return redirect(_saved(replica, kind, row, held, typed))
        except HongxianError as refused:
            error = refused
    else:
        typed = form.stands_in(replica, kind, held)
        if held is None:  # from where one stands: the day that was pressed
            typed |= {name: request.args[name] for name in typed if name in request.args}
    inputs = form.inputs_of(replica, kind, held, typed, error)
    page = render_template(
        "desk/form.html",
        collection=kind,
        row=row,
        title=called(kind, row) if row else words.shown(kind.title) if settings else "",
        inputs=inputs,
        drawn=form.drawn_with(inputs, typed),
        problems=form.problems_of(error, inputs),
        why_kept=kind.lasting.why_kept if kind.lasting and row is None else None,
    )
    if row is not None:
        replica.was_read(kind, [row.id], "show")
    return page, 200 if error is None else 422


def _saved(
    replica: Replica, kind: Collection, row: Row | None, held: Row | None, typed: dict[str, str]
) -> str:
    """Write what was typed over what the form held; gives the page to go on at."""
    values = form.typed_values(replica, kind, held, typed)
    if row is not None:
        with replica.transaction():
            changed = replica.edit(kind.model, {row.id: values})
            settle_written(replica, kind, row.id, values)
    else:
        changed = replica.create(kind.model, [values]) if values or held is None else []
    if not changed:  # what was is told by its deed
        tell(_("Nothing was changed."))
    if held is not row:  # settings: their list is their history
        return url_for("records.index", name=kind.name)
    return url_for("records.show", name=kind.name, id=row.id if row else changed[0])


def _sought(replica: Replica, name: str, id: str) -> tuple[Collection, Row]:
    """A collection and a record of it as a person sees it, also a deleted one."""
    kind = replica.collection(name)
    row = local_rows(replica.view(kind, [id])).get(id)
    if row is None:
        raise RecordUnknown(id=id, collection=name)
    return kind, row


def _further(replica: Replica, kind: Collection, row: Row) -> str:
    """What tells two records of one name apart."""
    named = (kind.naming, kind.telling)
    facts = detail.facts_of(replica, kind, row)
    titles = [
        each.value for name, each in zip(kind.shown, facts, strict=False) if name not in named
    ]
    return " · ".join([each for each in titles if each][:2])


def _back_to_list(name: str) -> str:
    """The list as it was, with its filters; a deleted record's own page leads to the list too."""
    address = url_for("records.index", name=name)
    wanted = request.form.get("next", "")
    return wanted if wanted == address or wanted.startswith(f"{address}?") else address
