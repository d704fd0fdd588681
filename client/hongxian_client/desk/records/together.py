"""Several records changed together: the ticked ones of a list get one field's value."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.collections.collection import Collection
from hongxian.collections.rights import may_write
from hongxian.errors import HongxianError
from hongxian.kinds.column import Column
from hongxian.model.row import Row, local_rows
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.formatting import label_of
from hongxian_client.desk.records import form
from hongxian_client.replica.replica import Replica
from hongxian_web.flashes import WRONG, tell
from hongxian_web.inputs import Input, input_of

MOST = 200
"""Records at once."""

bp = Blueprint("together", __name__, url_prefix="/c/<name>/together")


@bp.post("")
def choose(name: str) -> ResponseReturnValue:
    """Which field; then its value; then it is written to all, or to none."""
    replica = current_desk().replica
    kind, ids = replica.collection(name), request.form.getlist("id")[:MOST]
    rows = [row for row in local_rows(replica.view(kind, ids)).values() if not row.deleted]
    if not rows:
        tell(_("Nothing was selected."), kind=WRONG)
        return redirect(url_for("records.index", name=name))
    columns = {
        each.name: each
        for each in form.columns_asked(replica, kind, None)
        if _is_shared(kind, each)
    }
    column, error = columns.get(request.form.get("field", "")), None
    if column is not None and column.name in request.form:
        try:
            changed = _write(replica, kind, rows, column)
            tell(_("Changed: %(number)s", number=changed))
            return redirect(url_for("records.index", name=name))
        except HongxianError as refused:
            error = refused
    page = render_template(
        "desk/together.html",
        collection=kind,
        ids=[row.id for row in rows],
        fields=[(each.name, label_of(kind, each.name)) for each in columns.values()],
        column=column,
        input=_input(replica, column, error) if column is not None else None,
        problems=form.problems_of(error, []) if error else [],
    )
    return page, 200 if error is None else 422


def _is_shared(kind: Collection, column: Column) -> bool:
    """Whether several records may well have one value of it: not a name, an amount, a file."""
    return column.name != kind.naming and not column.merge.keeps_both and column.widget != "file"


def _input(replica: Replica, column: Column, error: HongxianError | None) -> Input:
    reasons = form.reasons_of(error).get(column.name, ())
    drawn = input_of(column, request.form.get(column.name, ""), reasons)
    return form.as_reference(replica, column, drawn, request.form.get(f"{column.name}.id", ""))


def _write(replica: Replica, kind: Collection, rows: list[Row], column: Column) -> int:
    """Write it to those that this laptop may change, as one deed; gives how many that changed."""
    writer, typed = replica.writer(), {**request.form}
    values = form.typed_values(
        replica, kind, None, {k: v for k, v in typed.items() if k != form.TEAM}
    )
    if not values and column.null:
        values = {column.name: None}
    mine = [row for row in rows if may_write(kind, row, column.name, writer)]
    return len(replica.edit(kind.model, {row.id: values for row in mine})) if values else 0
