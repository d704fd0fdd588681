"""Import: each row of a sheet is a transaction of its own, stored in few commits.

A row that is wrong fails alone and comes back in a file next to the input, with the reason by
field. A blank cell does not overwrite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from pathlib import Path
from typing import Literal

from hongxian.checks import Reasons
from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused, HongxianError, Invalid
from hongxian.kinds.column import Column
from hongxian.model.circle import team_of_circle
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE, Row, local_rows
from hongxian.text import ZH, Language, Text, joined, sentences
from hongxian.words.values import JsonObject, Value
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.draft import Draft, Drafter
from hongxian_client.sheets.header import Header, open_sheet, with_names
from hongxian_client.sheets.line import Line
from hongxian_client.sheets.matching import Matcher
from hongxian_client.sheets.remembered import remember, remembered
from hongxian_client.sheets.rows_meant import rows_meant
from hongxian_client.sheets.writing import ReturnedRows
from hongxian_client.text.assignments import READ_ONLY

ROWS_A_COMMIT = 5_000
ROWS_SEEN = 200
"""Rows of each outcome that a person is shown."""
Outcome = Literal["new", "changed", "unchanged", "double", "wrong"]
PROBLEMS_KEPT = 50
"""Wrong rows that the report names itself; all are in the returned file."""


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do; rows by outcome add up to `rows_total`."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    double: int = 0
    """Likely here already, and left out until a person says what they are."""
    wrong: int = 0
    rows_total: int = 0
    error_file: Path | None = None
    dry_run: bool = False
    problems: list[JsonObject] = field(default_factory=list)
    """`{"row": number in the file, "reasons": {field: [sentence]}}` of the first wrong and double rows."""
    left_out: list[tuple[int, Text]] = field(default_factory=list)
    """Rows that are none, by number and why: hidden ones, totals, those that are not wanted."""
    deed: str = ""
    """What it is called among what was done here, to be undone as a whole."""
    page: str = ""
    header: int = 0
    """The number of the header's row."""
    columns: dict[str, str] = field(default_factory=dict)
    """The header text of each field that is read."""
    places: dict[str, int] = field(default_factory=dict)
    """The place of each of these columns, from 0."""
    passed: list[str] = field(default_factory=list)
    """Columns that are passed over: their letters and texts."""
    alike: list[str] = field(default_factory=list)
    """Pages with such a header too, which are not read."""
    seen: dict[Outcome, list[Draft]] = field(default_factory=dict)
    """The first rows of each outcome, as they will be."""

    def as_json(self) -> JsonObject:
        """For `--json`."""
        told: JsonObject = {
            each.name: getattr(self, each.name) for each in fields(self) if each.name != "seen"
        }
        return {**told, "error_file": str(self.error_file) if self.error_file else None}

    def keep(self, outcome: Outcome, drafts: Sequence[Draft]) -> None:
        """Count some rows, and keep the first for a person to see."""
        setattr(self, outcome, getattr(self, outcome) + len(drafts))
        seen = self.seen.setdefault(outcome, [])
        seen += drafts[: ROWS_SEEN - len(seen)]


def import_file(
    store: Replica,
    collection_name: str,
    path: Path,
    *,
    dry_run: bool = False,
    scope: str | None = None,
    choices: Choices | None = None,
    language: Language = ZH,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import a workbook or CSV; `scope` (or a team's name) is for rows that name no team.

    What is wrong is written beside the rows in `language`. `choices` is what a person said of this
    file; what they said of its columns the next file of this team is read by.

    `progress` is told the rows done so far. All of it is one deed, to be undone as a whole. A dry run goes the
    whole way and takes it back, so what it says is what would happen. Raises `FileRefused` for a
    file that is no such sheet, `UnknownTeam` when new rows could be of several teams, `NotJoined`
    before there is a hub.
    """
    choices = choices or Choices()
    with store, store.one_deed(kept=not dry_run) as doing:
        collection = store.collection(collection_name)
        doing.said = _IMPORT.format(title=collection.title)
        store.writer()
        path = Path(path)
        team = scope or "".join(sorted(store.teams()))
        known = remembered(store.folder, team, collection.name)
        sheet = open_sheet(path, collection, choices, known)
        header = sheet.header
        refuse_missing_columns(path, collection, header)
        if scope is not None:
            scope = scope if scope == COMMUNITY else store.team(scope)
        elif not collection.within and not {"id", SCOPE} & set(header.fields):
            store.default_scope(collection)
        report = ImportReport(
            dry_run=dry_run,
            deed=doing.id,
            page=sheet.page,
            header=header.row,
            columns=header.texts(),
            places={name: place for place, name in enumerate(header.fields) if name},
            passed=header.passed_texts(),
            alike=sheet.alike,
        )
        run = _Import(store, collection, header, scope, report, choices)
        rows = rows_meant(sheet.lines, choices, report.left_out)
        with ReturnedRows(path, store.folder, header.cells, language) as returned:
            while batch := list(islice(rows, ROWS_A_COMMIT)):
                run.take(batch, returned)
                if progress is not None:
                    progress(run.report.rows_total)
        run.report.error_file = returned.path
        if not dry_run:
            remember(store.folder, team, collection.name, header, choices.columns)
    return run.report


_IMPORT = Text("导入{title}", "Import of {title}")


def refuse_missing_columns(path: Path, collection: Collection, header: Header) -> None:
    """Say once that a column is missing, rather than in every row; raises `FileRefused`."""
    if "id" in header.fields:
        return
    missing = [
        name
        for name, column in collection.columns.items()
        if name not in header.fields and column.required
    ]
    if missing:
        raise FileRefused(
            file=path.name,
            detail=_MISSING.format(missing=with_names(collection, missing)),
        )


_MISSING = Text("缺少必填的列：{missing}。", "These columns are required and missing: {missing}.")


class _TakeBack(Exception):
    """Ends a dry run's commit before it is one."""


_OF_FIELD = Text("{field}：{why}", "{field}: {why}")


class _Import:
    """One import under way."""

    def __init__(
        self,
        store: Replica,
        collection: Collection,
        header: Header,
        scope: str | None,
        report: ImportReport,
        choices: Choices,
    ) -> None:
        self.store = store
        self.collection = collection
        self.scope = scope
        self.report = report
        self.drafter = Drafter(store, collection, header, choices)
        self.matcher = Matcher(collection, scope, choices)

    def take(
        self,
        batch: Sequence[Line],
        returned: ReturnedRows,
    ) -> None:
        """Bring some rows in by one commit."""
        try:
            with self.store.separately():
                drafts = self.drafter.drafts_of(batch)
                self.matcher.match(drafts)
                sound = [each for each in drafts if not each.reasons and not each.is_double]
                repeated = [each for each in sound if each.repeats]
                new = [each for each in sound if each.id is None and not each.repeats]
                edits = [each for each in sound if each.id is not None]
                self._create(new)
                self._edit(edits)
                if self.report.dry_run:
                    raise _TakeBack
        except _TakeBack:
            pass
        new, edits = ([each for each in some if not each.reasons] for some in (new, edits))
        changed = [each for each in edits if each.values]
        wrong, doubles = (
            [each for each in drafts if each.reasons],
            [each for each in drafts if each.is_double],
        )
        self.report.rows_total += len(drafts)
        self.report.keep("new", new)
        self.report.keep("changed", changed)
        self.report.keep("unchanged", [*(each for each in edits if not each.values), *repeated])
        self.report.keep("double", doubles)
        self.report.keep("wrong", wrong)
        for each in sorted([*wrong, *doubles], key=lambda each: each.line.number):
            self._give_back(each, returned)

    def _give_back(self, draft: Draft, returned: ReturnedRows) -> None:
        reasons = draft.reasons or {"": [_why_double(draft)]}
        told = [self._told(name, why) for name, why in reasons.items()]
        returned.add(draft.line.cells, joined(told, Text.of("\n")))
        if len(self.report.problems) < PROBLEMS_KEPT:
            self.report.problems.append({"row": draft.line.number, "reasons": reasons})

    def _told(self, name: str, why: Sequence[Text]) -> Text:
        if not name:
            return sentences(why)
        [field] = with_names(self.collection, [name])
        return _OF_FIELD.format(field=field, why=sentences(why))

    # -- many rows ---------------------------------------------------------------------------

    def _create(self, drafts: list[Draft]) -> None:
        self._check_new(drafts)
        model = self.collection.model
        usual = {SCOPE: self.scope} if self.scope else {}
        made: list[str] = []

        def write(some: Sequence[Draft]) -> None:
            made.extend(self.store.create(model, [{**usual, **each.values} for each in some]))

        _store_all([each for each in drafts if not each.reasons], write)
        self.matcher.made(made)

    def _check_new(self, drafts: list[Draft]) -> None:
        """Give all rows the schema's verdict column by column, before any is stored."""
        if not drafts:
            return
        columns = [
            column for column in self.collection.columns.values() if not column.merge.keeps_both
        ]
        values = []
        for column in columns:
            usual = self.collection.default_of(column.name)
            values.append([each.values.get(column.name, usual) for each in drafts])
        names = [column.name for column in columns]
        _, bad = self.collection.checker.check(names, values, whole=True)
        for place, reasons in bad.items():
            drafts[place].reasons.update(reasons)
        for each in drafts:
            self._refuse_read_only(each)

    def _refuse_read_only(self, draft: Draft) -> None:
        for name in draft.values.keys() & self.collection.columns.keys():
            if self.collection.columns[name].read_only:
                draft.reasons[name] = [READ_ONLY]

    def _edit(self, drafts: list[Draft]) -> None:
        """Change the records that the rows name; of a row that says nothing new no values are left."""
        held = local_rows(self.store.view(self.collection, [each.id for each in drafts if each.id]))
        changing = []
        for each in drafts:
            row = held.get(each.id or "")
            if row is None or row.deleted:
                each.reasons["id"] = [_why_not_there(row)]
                continue
            each.values = {
                name: value
                for name, value in each.values.items()
                if _differs(self.collection.columns.get(name), row.values.get(name), value)
                and not (name == SCOPE and value == team_of_circle(row.scope))
            }
            each.before = {name: row.values.get(name) for name in each.values}
            self._refuse_read_only(each)
            if each.values and not each.reasons:
                changing.append(each)
        _store_all(
            changing,
            lambda some: self.store.edit(
                self.collection.model, {str(each.id): each.values for each in some}
            ),
        )


def _why_double(draft: Draft) -> Text:
    if draft.twin:
        return Text("和第 {row} 行像是同一个。", "Likely the same as row {row}.").format(
            row=draft.twin
        )
    return Text(
        "像是已经有了（编号 {ids}）。要改原来的，请填上编号；确是另一个，请选“都新增”。",
        "Likely here already (id {ids}). To change that one give its id; to add another say so.",
    ).format(ids=draft.likely[:3])


def _differs(column: Column | None, held: Value, value: Value) -> bool:
    return column.differs(held, value) if column is not None else bool(held != value)


def _why_not_there(row: Row | None) -> Text:
    if row is None:
        return Text(
            "本机没有这个编号；新增请留空。",
            "No record of this id here; leave it empty to add one.",
        )
    return Text("该记录已删除。", "This record is deleted.")


def _store_all(drafts: Sequence[Draft], write: Callable[[Sequence[Draft]], object]) -> None:
    """Write them at once; where that is refused, by halves, until the wrong ones stand alone."""
    if not drafts:
        return
    try:
        write(drafts)
    except HongxianError as error:
        if error.status >= 500:
            raise
        if len(drafts) == 1:
            drafts[0].reasons.update(_reasons_of(error))
            return
        middle = len(drafts) // 2
        _store_all(drafts[:middle], write)
        _store_all(drafts[middle:], write)


def _reasons_of(error: HongxianError) -> Reasons:
    if isinstance(error, Invalid):
        return dict(error.facts["reasons"])
    return {"": [error.text]}
