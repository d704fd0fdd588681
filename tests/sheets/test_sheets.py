"""Sheets in and out: nothing typed is lost, nothing wrong gets in, nothing changes by itself."""

import codecs
import csv
import sys
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TimeField
from python_calamine import CalamineWorkbook

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import MembersField, Record, Reference, TallyField, Text, hookimpl
from hongxian.errors import FileRefused, NotJoined, UnknownCollection, UnknownTeam
from hongxian.merges import plus
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.sheets.exporting import export_file, export_template
from hongxian_client.sheets.importing import import_file
from hongxian_client.sheets.reading.csv_rows import made_safe, made_unsafe_again
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing.laptop import open_laptop
from laptops import problems_of

HEADER = ["姓名", "状态", "加入日期", "党员", "技能"]


class Everything(Record):
    """One field of each kind."""

    name = CharField(verbose_name="名称", max_length=200)
    number = IntegerField(verbose_name="数", null=True)
    yes = BooleanField(verbose_name="是否", null=True)
    day = DateField(verbose_name="日", null=True)
    moment = DateTimeField(verbose_name="时刻", null=True)
    hour = TimeField(verbose_name="钟点", null=True)
    kind = CharField(
        verbose_name="类", choices=[("a", Text("甲", "A")), ("b", Text("乙", "B"))], default="a"
    )
    tags = MembersField(verbose_name="标签")
    count = TallyField(verbose_name="人次")
    other = Reference("sheets.everything", verbose_name="另一个", null=True)

    class Meta:
        collection = "sheets.everything"


class Umbrella(Record):
    """Its labels are in both languages, and one is what a sheet calls a record's id."""

    number = CharField(verbose_name="编号", max_length=10)
    stand = CharField(verbose_name=Text("所在伞架", "Stand"), max_length=20)

    class Meta:
        collection = "sheets.umbrella"


@hookimpl
def hongxian_collections():
    return [Everything, Umbrella]


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path / "laptop", roster, service, sys.modules[__name__]) as laptop:
        yield laptop
        assert not problems_of(laptop)


def xlsx(path, *rows, title="Sheet"):
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def rows_of(path):
    """Every row of a sheet as values."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    return [list(row) for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)]


def outcome(report):
    return report.new, report.changed, report.unchanged, report.wrong


# -- in ------------------------------------------------------------------------------------------


def test_a_sheet_with_chinese_labels_makes_records(laptop, tmp_path):
    path = xlsx(
        tmp_path / "people.xlsx",
        HEADER,
        ["示例·甲001", "在队", date(2023, 3, 1), "是", "磨刀、理发"],
        ["示例·甲002", None, "2023年3月1日", None, None],
    )
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (2, 0, 0, 0)
    assert report.error_file is None
    first, second = Person.select().order_by(Person.name)
    assert (first.state, first.joined) == ("active", date(2023, 3, 1))
    assert first.skills == {"磨刀", "理发"}
    assert [each.person for each in Membership.select() if each.party_member] == [first.id]
    assert (second.state, second.joined, second.skills) == ("applied", first.joined, frozenset())


def test_field_names_and_marked_labels_do_as_headers_too(laptop, tmp_path):
    path = xlsx(tmp_path / "people.xlsx", ["name", " 状 态* ", "序号"], ["示例·甲001", "在队", 1])
    assert outcome(import_file(laptop, "roster.person", path)) == (1, 0, 0, 0)


@pytest.mark.parametrize("label", ["所在伞架", "Stand", "stand"])
def test_a_label_in_two_languages_is_known_by_either_half(laptop, tmp_path, label):
    path = xlsx(tmp_path / "u.xlsx", ["编号", label], ["07", "东门"])
    assert outcome(import_file(laptop, "sheets.umbrella", path)) == (1, 0, 0, 0)
    [umbrella] = Umbrella.select()
    assert (umbrella.number, umbrella.stand) == ("07", "东门")
    export_file(laptop, "sheets.umbrella", tmp_path / "out.xlsx")
    assert rows_of(tmp_path / "out.xlsx")[0][:1] == ["编号（id）"]
    assert outcome(import_file(laptop, "sheets.umbrella", tmp_path / "out.xlsx")) == (0, 0, 1, 0)


def test_titles_and_blank_rows_above_the_header_do_no_harm(laptop, tmp_path):
    path = xlsx(
        tmp_path / "p.xlsx", ["志愿者名册"], [], HEADER[:1], [], ["示例·甲001"], [None, " "]
    )
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (1, 0, 0, 0)


def test_every_row_is_a_transaction_of_its_own(laptop, tmp_path):
    path = xlsx(tmp_path / "p.xlsx", ["姓名"], *([f"示例·甲{each:03}"] for each in range(20)))
    import_file(laptop, "roster.person", path)
    stamps = [entry.stamp for entry in Entry.select()]
    assert len(stamps) == len(set(stamps)) == 20


def test_a_dry_run_says_the_same_and_stores_nothing(laptop, tmp_path):
    held = Person.create(name="示例·甲001")
    path = xlsx(
        tmp_path / "p.xlsx",
        ["编号", "姓名"],
        [held.id, "示例·甲009"],
        [None, "示例·甲002"],
        [None, "名" * 50],
    )
    before = Entry.select().count()
    dry = import_file(laptop, "roster.person", path, dry_run=True)
    assert (Person.select().count(), Entry.select().count()) == (1, before)
    assert Person.get_by_id(held.id).name == "示例·甲001"
    assert outcome(dry) == outcome(import_file(laptop, "roster.person", path)) == (1, 1, 0, 1)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_wrong_row_fails_alone_and_comes_back_with_the_reason(laptop, tmp_path, suffix):
    rows = [
        ["姓名", "手机*", "加入日期"],
        *([f"示例·甲{n:03}", "", "2023-03-01"] for n in range(50)),
    ]
    rows[1 + 20][2], rows[1 + 30][0] = "2023-02-30", "名" * 50
    rows[0][1] = "状态"
    path = tmp_path / f"名册{suffix}"
    if suffix == ".csv":
        path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    else:
        xlsx(path, *rows)
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (48, 0, 0, 2)
    assert report.error_file == tmp_path / f"名册-错误{suffix}"
    header, first, second = rows_of(report.error_file)
    assert header == ["姓名", "状态", "加入日期", "错误"]
    assert (first[0], first[2]) == ("示例·甲020", "2023-02-30")
    assert "加入日期（joined）" in first[3]
    assert "不是有效日期" in first[3]
    assert "最多 40 个字" in second[3]
    assert [each["row"] for each in report.problems] == [22, 32]
    assert list(report.problems[0]["reasons"]) == ["joined"]


def test_the_returned_file_is_corrected_and_imported_again(laptop, tmp_path):
    path = xlsx(
        tmp_path / "p.xlsx", ["姓名", "加入日期"], ["示例·甲001", "坏"], ["示例·甲002", "差"]
    )
    returned = import_file(laptop, "roster.person", path).error_file
    book = load_workbook(returned)
    book.active["B2"] = "2023-03-01"
    book.save(returned)
    again = import_file(laptop, "roster.person", returned)
    assert outcome(again) == (1, 0, 0, 1)
    assert again.error_file == tmp_path / "p-错误2.xlsx"
    header, row = rows_of(again.error_file)
    assert header == ["姓名", "加入日期", "错误"]
    assert row[0] == "示例·甲002"


def test_a_blank_cell_does_not_overwrite_and_the_mark_empties(laptop, tmp_path):
    held = Person.create(name="示例·甲001", gender="male", joined=date(2023, 3, 1), skills={"磨刀"})
    path = xlsx(
        tmp_path / "p.xlsx",
        ["编号", "姓名", "性别", "加入日期", "技能"],
        [held.id, None, "  ", "（清空）", ""],
    )
    assert outcome(import_file(laptop, "roster.person", path)) == (0, 1, 0, 0)
    person = Person.get_by_id(held.id)
    assert (person.name, person.gender, person.joined) == ("示例·甲001", "male", None)
    assert person.skills == {"磨刀"}


def test_only_what_differs_is_written(laptop, tmp_path):
    held = Person.create(name="示例·甲001", gender="female")
    path = xlsx(tmp_path / "p.xlsx", ["id", "姓名", "性别"], [held.id, "示例·甲001", "男"])
    import_file(laptop, "roster.person", path)
    assert Entry.select().order_by(Entry.position.desc()).get().as_change().values == {
        "gender": "male"
    }


def test_an_id_that_is_not_here_or_comes_twice_or_is_deleted_is_wrong(laptop, tmp_path):
    held, gone = Person.create(name="示例·甲001"), Person.create(name="示例·甲002")
    gone.delete_instance()
    strange = "01a20ae1-73a4-7545-95e8-aa364ea945b1"
    rows = [[held.id, "甲"], [held.id, "乙"], [gone.id, "丙"], [strange, "丁"], ["十二", "戊"]]
    path = xlsx(tmp_path / "p.xlsx", ["编号", "姓名"], *rows)
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (0, 1, 0, 4)
    assert [list(each["reasons"]) for each in report.problems] == [["id"]] * 4


def test_long_numbers_are_refused_before_digits_are_lost(laptop, tmp_path):
    person = Person.create(name="示例·甲001")
    numbers = [10012345678, 10012345678.0, "10012345678", "1.2E+17", 110101199003070000]
    path = xlsx(tmp_path / "c.xlsx", ["志愿者", "手机"], *([person.id, each] for each in numbers))
    report = import_file(laptop, "roster.contact", path)
    assert outcome(report) == (1, 0, 2, 2), "three rows say the same"
    assert {each.phone for each in Contact.select()} == {"10012345678"}
    assert all("文本" in each["reasons"]["phone"][0].zh for each in report.problems)


def test_formulas_and_failed_cells_are_wrong(laptop, tmp_path):
    path = tmp_path / "p.xlsx"
    book = Workbook()
    for row in (
        ["姓名", "状态"],
        ['="示例"&"甲"', "在队"],
        ["#N/A", "在队"],
        ["示例·甲003", "在队"],
    ):
        book.active.append(row)
    book.save(path)
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (1, 0, 0, 2)
    assert rows_of(report.error_file)[1][0] == '="示例"&"甲"'
    assert load_workbook(report.error_file).active["A2"].data_type == "s"


def test_people_are_named_where_the_name_is_one(laptop, tmp_path):
    first = Person.create(name="示例·甲001")
    twins = [Person.create(name="示例·甲002").id for _ in range(2)]
    path = xlsx(
        tmp_path / "m.xlsx", ["志愿者"], ["示例·甲001"], ["示例·甲002"], ["示例·甲003"], [twins[0]]
    )
    report = import_file(laptop, "roster.membership", path)
    assert outcome(report) == (2, 0, 0, 2)
    assert {each.person for each in Membership.select()} == {first.id, twins[0]}
    ambiguous, missing = (each["reasons"]["person"][0].zh for each in report.problems)
    assert all(id in ambiguous for id in twins)
    assert "示例·甲003" in missing


def test_what_a_plugin_refuses_is_a_wrong_row_with_its_reason(laptop, tmp_path):
    person, shift = (
        Person.create(name="示例·甲001"),
        Activity.create(title="值班", day="2025-03-01"),
    )
    good = ["值班", "示例·甲001", "2025-03-01 09:00", "2025-03-01 10:00"]
    bad = [*good[:3], "2025-03-01 08:00"]
    rows = [bad if place in (3, 40) else good for place in range(60)]
    path = xlsx(tmp_path / "a.xlsx", ["活动", "志愿者", "签到", "签退"], *rows)
    for dry_run in (True, False):
        report = import_file(laptop, "service.attendance", path, dry_run=dry_run)
        assert outcome(report) == (58, 0, 0, 2)
        assert [each["row"] for each in report.problems] == [5, 42]
        assert "签退 08:00 早于签到 09:00" in report.problems[0]["reasons"][""][0].zh
    assert {(each.person, each.activity) for each in Attendance.select()} == {(person.id, shift.id)}


def test_a_counter_is_counted_on_to_the_total_that_is_given(laptop, tmp_path):
    count = service.Tally.create(label="磨刀", people=3)
    path = xlsx(tmp_path / "t.xlsx", ["编号", "人次"], [count.id, 10])
    import_file(laptop, "service.tally", path)
    service.Tally.update(people=plus(1)).execute()
    assert service.Tally.get_by_id(count.id).people == 11


def test_rows_name_their_team_where_there_are_several(tmp_path):
    teams = {"team-1": "红马甲管家团", "team-2": "青鸟"}
    with open_laptop(tmp_path / "laptop", roster, teams=teams) as laptop:
        person = Person.create(name="示例·甲001").id
        plain = xlsx(tmp_path / "plain.xlsx", ["志愿者"], [person])
        with pytest.raises(UnknownTeam):
            import_file(laptop, "roster.contact", plain)
        assert outcome(import_file(laptop, "roster.contact", plain, scope="青鸟")) == (1, 0, 0, 0)
        rows = [[person, "红马甲管家团"], [person, "team-2"], [person, "别的队"], [person, None]]
        path = xlsx(tmp_path / "c.xlsx", ["志愿者", "团队"], *rows)
        assert outcome(import_file(laptop, "roster.contact", path)) == (2, 0, 0, 2)
        assert [each.scope for each in Contact.select().order_by(Contact.id)] == [
            "team-2",
            "team-1",
            "team-2",
        ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("comma", [",", "\t", ";"])
def test_a_csv_is_read_in_whatever_way_it_was_saved(laptop, tmp_path, encoding, comma):
    path = tmp_path / "p.csv"
    lines = [["姓名", "状态"], ["示例·甲001", "在队"], ['"名, 又名"', "在队"]]
    path.write_text("\r\n".join(map(comma.join, lines)), encoding=encoding, newline="")
    assert outcome(import_file(laptop, "roster.person", path)) == (2, 0, 0, 0)
    assert {each.name for each in Person.select()} == {"示例·甲001", "名, 又名"}


def test_a_line_of_a_csv_that_cannot_be_read_fails_alone(laptop, tmp_path):
    path = tmp_path / "p.csv"
    long_cell = "x" * (csv.field_size_limit() + 10)
    path.write_text(f"姓名\n示例·甲001\n{long_cell}\n示例·甲002\n", encoding="utf-8")
    assert outcome(import_file(laptop, "roster.person", path)) == (2, 0, 0, 1)


def test_cells_without_a_header_above_are_told_not_dropped(laptop, tmp_path):
    path = xlsx(tmp_path / "p.xlsx", ["姓名", None], ["示例·甲001"], ["示例·甲002", "丢", "失"])
    report = import_file(laptop, "roster.person", path)
    assert outcome(report) == (1, 0, 0, 1)
    assert list(report.problems[0]["reasons"]) == ["B", "C"]


def test_progress_is_told_in_rows(laptop, tmp_path):
    told = []
    path = xlsx(tmp_path / "p.xlsx", ["姓名"], *([f"示例·甲{n}"] for n in range(5_010)))
    import_file(laptop, "roster.person", path, progress=told.append)
    assert told == [5_000, 5_010]


# -- refused -------------------------------------------------------------------------------------


def refusal(laptop, path, collection="roster.person"):
    with pytest.raises(FileRefused) as refused:
        import_file(laptop, collection, path)
    assert Person.select().count() == 0
    return refused.value.text.zh


def test_a_file_that_is_no_sheet_is_refused_with_what_to_do(laptop, tmp_path):
    broken, locked, text = (tmp_path / name for name in ("broken.xlsx", "locked.xlsx", "a.xlsx"))
    whole = xlsx(tmp_path / "whole.xlsx", ["姓名"], ["示例·甲001"]).read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    locked.write_bytes(codecs.decode("d0cf11e0a1b11ae1", "hex") + b"\0" * 600)
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("word/document.xml", "x")
    assert "另存" in refusal(laptop, broken)
    assert "密码" in refusal(laptop, locked)
    assert ".docx" in refusal(laptop, text)
    assert "打不开" in refusal(laptop, tmp_path / "missing.xlsx")


def test_a_damaged_part_is_refused_before_any_row_is_stored(laptop, tmp_path):
    path = xlsx(tmp_path / "p.xlsx", ["姓名"], *([f"示例·甲{n}"] for n in range(2_000)))
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 600
    content = bytearray(path.read_bytes())
    content[place : place + 8] = bytes(each ^ 0xFF for each in content[place : place + 8])
    path.write_bytes(content)
    refusal(laptop, path)


@pytest.mark.parametrize("content", [b"", b"\x80\xff\xfe", b"a,b\n1,2\n"])
def test_a_csv_that_holds_no_header_or_no_text_is_refused(laptop, tmp_path, content):
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    refusal(laptop, path)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (["甲", "乙"], "没有表头"),
        (["状态", "性别"], "缺少必填的列：姓名"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(laptop, tmp_path, header, reason):
    assert reason in refusal(laptop, xlsx(tmp_path / "p.xlsx", header, ["示例·甲001", "x"]))


def test_an_unknown_collection_is_refused(laptop, tmp_path):
    with pytest.raises(UnknownCollection):
        import_file(laptop, "roster.persons", tmp_path / "p.xlsx")


def test_a_laptop_without_a_hub_says_so_once(tmp_path):
    with Replica.open(tmp_path / "laptop") as laptop, pytest.raises(NotJoined):
        import_file(laptop, "hongxian.team", tmp_path / "p.xlsx")


# -- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_an_export_that_is_imported_again_changes_nothing(laptop, tmp_path, suffix):
    laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
    before = Entry.select().count()
    for name, collection in laptop.collections.items():
        if laptop.owners.get(name) is not None:
            path = tmp_path / f"{name}{suffix}"
            count = export_file(laptop, name, path)
            assert count == collection.model.select().count()
            assert outcome(import_file(laptop, name, path)) == (0, 0, count, 0)
    assert Entry.select().count() == before


MOMENTS = st.datetimes(datetime(1000, 1, 1)).map(lambda each: each.replace(microsecond=0))
ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20)


ODD_NAMES = ["=1+1", "'=1", "''-", "+86", "@a", "\t", "-1", "1E+10", " 1e+5", "'1E+10", "+1E+5", "（清空）",
    "(clear)", "'(Clear)", "_x005F_", "_x000D_", "007", "110101199003070000", "a\nb"]  # fmt: skip
"""What a cell is easily read as something else."""


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_looks_like_something_else_survives_the_way_out_and_in(
    laptop, tmp_path, suffix, name
):
    held = Everything.create(name=name)
    path = tmp_path / f"everything{suffix}"
    export_file(laptop, "sheets.everything", path)
    Everything.update(name="甲").where(Everything.id == held.id).execute()
    import_file(laptop, "sheets.everything", path)
    assert Everything.get_by_id(held.id).name == (name.strip() or "甲"), "a blank changes nothing"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@given(
    st.fixed_dictionaries(
        {
            "name": ANY_TEXT | st.sampled_from(ODD_NAMES),
            "number": st.none() | st.integers(-(2**63), 2**63 - 1),
            "yes": st.none() | st.booleans(),
            "day": st.none() | st.dates(),
            "moment": st.none() | MOMENTS,
            "hour": st.none() | st.times().map(lambda each: each.replace(microsecond=0)),
            "kind": st.sampled_from("ab"),
            "tags": st.frozensets(ANY_TEXT.filter(str.strip), max_size=3),
            "count": st.integers(-(10**9), 10**9),
        }
    )
)
def test_whatever_a_record_holds_survives_the_way_out_and_in(tmp_path_factory, suffix, values):
    folder = tmp_path_factory.mktemp("laptop")
    with open_laptop(folder, sys.modules[__name__]) as laptop:
        first = Everything.create(**values).id
        Everything.create(**values, other=first)
        path = folder / f"everything{suffix}"
        assert export_file(laptop, "sheets.everything", path) == 2
        report = import_file(laptop, "sheets.everything", path)
        assert outcome(report) == (0, 0, 2, 0), report.problems


@given(ANY_TEXT | st.text("'=+-@\t\r", max_size=5))
def test_text_is_made_safe_for_spreadsheets_and_back(text):
    assert made_unsafe_again(made_safe(text)) == text
    assert made_safe(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_an_export_shows_people_by_name_and_twins_by_id(laptop, tmp_path):
    one = Person.create(name="示例·甲001").id
    twins = [Person.create(name="示例·甲002").id for _ in range(2)]
    for person in (one, *twins):
        Contact.create(person=person)
    export_file(laptop, "roster.contact", tmp_path / "c.csv")
    header, *rows = rows_of(tmp_path / "c.csv")
    assert [row[header.index("志愿者")] for row in rows] == ["示例·甲001", *twins]


def test_a_workbook_explains_itself(laptop, tmp_path):
    person = Person.create(name="=1+1", state="active").id
    Contact.create(person=person, phone="00012345678")
    export_file(laptop, "roster.person", tmp_path / "p.xlsx")
    book = load_workbook(tmp_path / "p.xlsx")
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header[:2] == ["编号", "姓名"]
    assert "全名" in sheet["B1"].comment.text
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    assert sheet.cell(2, header.index("状态") + 1).value == "在队"
    assert {"性别", "状态"} <= set(next(book["选项"].values))
    assert len(sheet.data_validations.dataValidation) == 2
    assert sheet.column_dimensions["B"].number_format == "@"
    export_file(laptop, "roster.contact", tmp_path / "c.xlsx")
    phone = load_workbook(tmp_path / "c.xlsx").worksheets[0]["D2"]
    assert (phone.value, phone.number_format) == ("00012345678", "@")


def test_another_program_reads_text_as_text_and_days_as_days(laptop, tmp_path):
    moment = datetime(2023, 3, 1, 8, 30)
    told = {"day": date(2023, 3, 1), "moment": moment, "hour": time(8, 30), "number": 10**12}
    Everything.create(name="=cmd|' /C calc'!A0", yes=True, **told)
    Everything.create(name="甲", day=date(1850, 1, 1))
    export_file(laptop, "sheets.everything", tmp_path / "e.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "e.xlsx")
    header, first, second = book.get_sheet_by_index(0).to_python()
    shown = dict(zip(header, first, strict=True))
    assert shown["名称"] == "=cmd|' /C calc'!A0"
    assert (shown["日"], shown["时刻"], shown["数"]) == (told["day"], moment, 10**12)
    assert dict(zip(header, second, strict=True))["日"] == "1850-01-01", "Excel knows no such day"
    sheet = load_workbook(tmp_path / "e.xlsx").worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert all(each.data_type != "f" for row in sheet.iter_rows() for each in row)


def test_a_text_that_no_cell_can_hold_is_left_as_it_is(laptop, tmp_path):
    tags = {f"{number:080}" for number in range(500)}
    Everything.create(name="甲", tags=tags)
    export_file(laptop, "sheets.everything", tmp_path / "e.xlsx")
    assert outcome(import_file(laptop, "sheets.everything", tmp_path / "e.xlsx")) == (0, 0, 1, 0)
    assert Everything.get().tags == tags


def test_a_deleted_record_is_not_exported(laptop, tmp_path):
    Person.create(name="示例·甲001").delete_instance()
    assert export_file(laptop, "roster.person", tmp_path / "p.xlsx") == 0


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_template_has_the_header_alone_and_is_ready_to_fill_in(laptop, tmp_path, suffix):
    path = tmp_path / f"template{suffix}"
    export_template(laptop, "roster.person", path)
    assert len(rows_of(path)) == 1
    assert outcome(import_file(laptop, "roster.person", path)) == (0, 0, 0, 0)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_an_export_that_is_broken_off_leaves_the_old_file_as_it_was(laptop, tmp_path, suffix):
    path = tmp_path / f"p{suffix}"
    path.write_bytes(b"old")
    with laptop.separately():
        Person.insert_many([{"name": f"示例·甲{number}"} for number in range(5_001)]).execute()

    def break_off(rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_file(laptop, "roster.person", path, progress=break_off)
    assert [each for each in tmp_path.iterdir() if each.is_file()] == [path]
    assert path.read_bytes() == b"old"


def test_an_export_to_where_nothing_can_be_written_is_refused(laptop, tmp_path):
    for path in (tmp_path / "nowhere" / "p.xlsx", tmp_path / "p.ods"):
        with pytest.raises(FileRefused):
            export_file(laptop, "roster.person", path)
