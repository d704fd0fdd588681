"""Import: each row of a sheet is a transaction of its own, stored in few commits.

A row that is wrong fails alone and comes back in a file next to the input, with the reason by
field. A blank cell does not overwrite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from hongxian.checks import Reasons
from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused, HongxianError, Invalid
from hongxian.kinds.column import Column
from hongxian.model.circle import team_of_circle
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE, Row, local_rows
from hongxian.text import ZH, Language, Text, joined, sentences
from hongxian.words.values import Value
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.draft import Draft, Drafter
from hongxian_client.sheets.entering import Entering, beyond_of, entering_of
from hongxian_client.sheets.header import Header, open_sheet, with_names
from hongxian_client.sheets.matching import Matcher
from hongxian_client.sheets.reading.line import Line
from hongxian_client.sheets.remembered import remember, remembered
from hongxian_client.sheets.report import PROBLEMS_KEPT, ROWS_SEEN, ImportReport
from hongxian_client.sheets.rows_meant import rows_meant
from hongxian_client.sheets.writing import ReturnedRows
from hongxian_client.text.assignments import READ_ONLY

ROWS_A_COMMIT = 5_000
ROWS_ENTERED = 100
"""Rows between two tellings of progress where each is entered in several records, and so commits by itself."""


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
        known = remembered(store, team, collection.name)
        form = entering_of(store, collection)
        sheet = open_sheet(path, collection, choices, known, beyond_of(form))
        header = sheet.header
        entering = form if form and form.is_meant_by(header.fields) else None
        refuse_missing_columns(path, collection, header, entering)
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
        if form is not None and collection.scope_kind == COMMUNITY:
            form.scope, scope = scope, None
        elif form is not None:
            form.scope = scope
        run = _Import(store, collection, header, scope, report, choices, entering)
        rows = rows_meant(sheet.lines, choices, report.left_out)
        with ReturnedRows(path, store.passing, header.cells, language) as returned:
            while batch := list(islice(rows, ROWS_ENTERED if entering else ROWS_A_COMMIT)):
                run.take(batch, returned)
                if progress is not None:
                    progress(run.report.rows_total)
        run.report.error_file = returned.path
        if not dry_run:
            remember(store, team, collection.name, header, choices.columns)
    return run.report


_IMPORT = Text("导入{title}", "Import of {title}")


def refuse_missing_columns(
    path: Path, collection: Collection, header: Header, entering: Entering | None
) -> None:
    """Say once that a column is missing, rather than in every row; raises `FileRefused`.

    Where rows are entered as a form does, the form finds or makes what it does not ask for.
    """
    if "id" in header.fields:
        return
    missing = [
        name
        for name, column in collection.columns.items()
        if name not in header.fields
        and column.required
        and (entering is None or name in entering.asked)
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
        entering: Entering | None,
    ) -> None:
        self.store = store
        self.entering = entering
        self.collection = collection
        self.scope = scope
        self.report = report
        self.columns = {**beyond_of(entering), **collection.columns}
        self.drafter = Drafter(store, self.columns, header, choices)
        self.matcher = Matcher(collection, scope, choices, entering)

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
                changing = self._changing(edits)
                if self.entering is None:
                    self._create(new)
                    _store_all(changing, self._edit)
                if self.report.dry_run:
                    raise _TakeBack
        except _TakeBack:
            pass
        if self.entering is not None:
            for each in [*new, *changing]:
                self._enter(self.entering, each)
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
        [field] = with_names(self.collection, [name], beyond_of(self.entering))
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
        stored = [each for each in drafts if not each.reasons]
        self._look_at(list(zip(made, stored, strict=True)))

    def _look_at(self, made: Sequence[tuple[str, Draft]]) -> None:
        """Keep what stands in new records that a person is going to see, before it is taken back."""
        if not self.report.dry_run or self.report.new >= ROWS_SEEN:
            return
        seen = dict(made[:ROWS_SEEN])
        rows = local_rows(self.store.view(self.collection, list(seen)))
        beside = self.entering.held(rows) if self.entering else {}
        for id, row in rows.items():
            usual = self.entering.usual() if self.entering else {}
            seen[id].made = {**usual, **row.values, **beside.get(id, {})}

    def _enter(self, entering: Entering, draft: Draft) -> None:
        """Write a row that is several records, all of them or none."""
        self._refuse_read_only(draft)
        if draft.reasons:
            return
        try:
            with self.store.transaction():
                if draft.id is None:
                    made = entering.enter(draft.values)
                    self.matcher.made(made)
                    self._look_at([(id, draft) for id in made])
                else:
                    entering.change(draft.id, draft.values)
                if self.report.dry_run:
                    raise _TakeBack
        except _TakeBack:
            pass
        except HongxianError as error:
            if error.status >= 500:
                raise
            draft.reasons.update(_reasons_of(error))

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

    def _changing(self, drafts: list[Draft]) -> list[Draft]:
        """Those that change their records; of a row that says nothing new no values are left."""
        held = local_rows(self.store.view(self.collection, [each.id for each in drafts if each.id]))
        beside = self.entering.held(held) if self.entering else {}
        changing = []
        for each in drafts:
            row = held.get(each.id or "")
            if row is None or row.deleted:
                each.reasons["id"] = [_why_not_there(row)]
                continue
            stands = {**row.values, **beside.get(row.id, {})}
            told = each.values
            each.values = {
                name: value
                for name, value in told.items()
                if _differs(self.columns.get(name), stands.get(name), value)
                and not (name == SCOPE and value == team_of_circle(row.scope))
                and not (self.entering and self.entering.is_said_once(name))
            }
            each.before = {name: stands.get(name) for name in each.values}
            self._refuse_read_only(each)
            if each.values and not each.reasons:
                changing.append(each)
        return changing

    def _edit(self, drafts: Sequence[Draft]) -> None:
        edits = {str(each.id): each.values for each in drafts}
        self.store.edit(self.collection.model, edits)


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
