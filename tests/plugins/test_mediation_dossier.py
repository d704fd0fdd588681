"""Mediation: the file of a case, what is in it and what is missing, on its page and on paper."""

import re

import pytest

import hongxian_plugins.mediation as mediation
from hongxian import Refused
from hongxian.shapes import Tag
from hongxian_plugins.mediation import Case, Enclosure, Party, Setting
from hongxian_plugins.mediation.contents import CONTENTS
from hongxian_plugins.mediation.dossier import file_of
from hongxian_testing import refusing
from mediating import (
    DAY,
    TEAM,
    case_at,
    case_of_both,
    do,
    edit,
    held,
    mediators,
    paper,
    sync,
    terminate,
    view,
)

pytestmark = [pytest.mark.plugins(mediation), pytest.mark.teams(TEAM)]
NASTY = "<script>alert('甲')</script>"


def there(laptop, case):
    return {each.name for each in file_of(held(laptop, case)) if each.there}


def missing(laptop, case):
    return {each.name for each in file_of(held(laptop, case)) if each.missing}


def told(laptop, case):
    """What stands in the view of the file: paper, what is asked, and how it stands, in Chinese."""
    rows = view(laptop, "dossier", case).rows
    stands = [row[3].word.zh if isinstance(row[3], Tag) else row[3] for row in rows]
    return {row[1].zh: (row[2].zh, each) for row, each in zip(rows, stands, strict=True)}


# -- what is there ---------------------------------------------------------------------------------


def test_the_file_of_a_case_has_thirteen_papers_required_or_as_needed(laptop):
    told_of = told(laptop, case_at(laptop, "checked"))
    assert len(told_of) == 13
    assert told_of["权利义务告知书"] == ("必须", "有")
    assert told_of["当事人身份证明"] == ("必须", "缺")
    assert told_of["授权委托书"] == ("按需", "")
    assert told_of["回访记录"] == ("按需", "有")


@pytest.mark.parametrize(
    ("state", "papers"),
    [
        ("registered", {"application"}),
        ("consented", {"application", "rights"}),
        ("in_session", {"application", "rights", "session"}),
        ("agreed", {"application", "rights", "session", "agreement"}),
        ("checked", {"application", "rights", "session", "agreement", "visit"}),
        ("archived", {"application", "rights", "session", "agreement", "visit", "back"}),
    ],
)
def test_what_the_cases_own_records_hold_is_in_its_file(laptop, state, papers):
    assert there(laptop, case_at(laptop, state)) == papers


def test_a_session_that_is_only_planned_is_no_session_record(laptop):
    id = case_at(laptop, "chosen")
    do(laptop, "plan", id, planned_at="2026-03-06 09:00")
    assert "session" in missing(laptop, id)


def test_what_no_record_tells_of_is_there_once_it_is_laid_in_and_not_if_that_was_a_mistake(laptop):
    id = case_at(laptop, "checked")
    assert missing(laptop, id) == {"identity"}
    do(laptop, "enclose", id, kind="identity", about="复印件 2 张")
    assert not missing(laptop, id)
    edit(Enclosure, Enclosure.get().id, kind="mistaken")
    assert missing(laptop, id) == {"identity"}


def test_what_is_not_there_is_laid_in_by_a_press_in_its_line(laptop, desk):
    id = case_at(laptop, "checked")
    presses = {row[1].zh: row[4] for row in view(laptop, "dossier", id).rows}
    assert {name for name, press in presses.items() if press} == {
        "当事人身份证明",
        "授权委托书",
        "调查记录",
        "证据材料",
        "收条等履行凭证",
        "司法确认有关材料",
        "卷宗情况说明",
    }
    evidence = presses["证据材料"]
    do(laptop, evidence.action.partition(".")[2], evidence.id, **evidence.values)
    assert "evidence" in there(laptop, id)


def test_a_case_that_ended_is_not_missing_what_it_cannot_have(laptop):
    early, late = case_at(laptop), case_at(laptop, "in_session")
    for each in (early, late):
        terminate(laptop, each)
    assert missing(laptop, early) == {"rights", "identity"}
    edit(Case, late, rights_told_on=DAY)
    assert missing(laptop, late) == {"identity"}
    assert "session" in there(laptop, late)


def test_the_courts_papers_are_missing_only_once_the_court_was_asked(laptop):
    id = case_at(laptop, "agreed")
    assert missing(laptop, id) == {"identity"}
    do(laptop, "court", id, court_filed_on=DAY, court_jointly=True)
    assert missing(laptop, id) == {"identity", "court"}


# -- the archive -----------------------------------------------------------------------------------


def test_what_is_missing_is_named_before_the_archive_and_hinders_nothing(laptop, desk):
    open_one = case_at(laptop, "in_session")
    assert "卷宗缺" not in desk.open(f"/c/mediation.case/{open_one}").text
    id = case_at(laptop, "checked")
    assert "卷宗缺 当事人身份证明" in desk.open(f"/c/mediation.case/{id}").text
    said = do(laptop, "archive", id, archived_on=DAY, dossier_note="示例：当事人未带证件")
    assert "还缺 当事人身份证明" in said.zh
    assert "missing: Parties' proof of identity" in said.en
    assert held(laptop, id).state == "archived"
    assert "示例：当事人未带证件" in paper(laptop, "dossier_note", id)


def test_a_file_that_lacks_nothing_says_nothing(laptop, desk):
    id = case_at(laptop, "checked")
    do(laptop, "enclose", id, kind="identity")
    assert "卷宗缺" not in desk.open(f"/c/mediation.case/{id}").text
    said = do(laptop, "archive", id, archived_on=DAY)
    assert "缺" not in said.zh


def test_a_paper_that_turns_up_after_the_archive_is_laid_in_still(laptop, desk):
    id = case_at(laptop, "archived")
    page = desk.open(f"/do/mediation.enclose/{id}").press("办理", kind="identity", about="补交")
    assert "已收入" in page.text
    assert not missing(laptop, id)


def test_what_is_laid_in_lasts_and_holds_no_identity_number(laptop):
    id = case_at(laptop)
    with refusing(Refused, match="identity number"):
        do(laptop, "enclose", id, kind="identity", about="11010119900307000X")
    for told_by_records in ("session", "agreement", "mistaken"):
        with pytest.raises(Refused):
            do(laptop, "enclose", id, kind=told_by_records)
    do(laptop, "enclose", id, kind="evidence", about="照片 4 张")
    with refusing(Refused, match="never deleted"):
        Enclosure.delete().execute()


def test_two_who_lay_in_the_same_paper_offline_keep_one_file(neighbourhood):
    first, second = mediators(neighbourhood)
    outside = neighbourhood.laptop(TEAM)
    id = case_of_both(first, second, "checked")
    for each, about in ((first, "复印件"), (second, "照片")):
        do(each, "enclose", id, kind="identity", about=about)
    sync(first, second, first, outside)
    for each in (first, second):
        with each:
            assert not missing(each, id)
        assert len(told(each, id)) == 13
        assert not each.attention
    assert "复印件；照片" in paper(first, "dossier_cover", id) or "照片；复印件" in paper(
        first, "dossier_cover", id
    )
    with outside:
        assert not Enclosure.select().exists()


# -- on paper --------------------------------------------------------------------------------------


def test_cover_and_contents_mark_what_is_there_and_what_is_missing(laptop):
    Setting.change(keep_years=10)
    id = case_at(laptop, "archived")
    do(laptop, "enclose", id, kind="evidence", about="照片 4 张")
    html = paper(laptop, "dossier_cover", id)
    for text in ("示例·甲001、示例·乙002 邻里纠纷", "2026-001", "10 年", "卷内目录", "立卷人"):
        assert text in html, text
    rows = [re.findall(r"<td>(.*?)</td>", each) for each in re.findall(r"<tr>(<td>.*?)</tr>", html)]
    assert [row[1] for row in rows] == [title.zh for _, title in CONTENTS]
    cells = {row[1]: (row[2], row[3], row[5]) for row in rows}
    assert cells["证据材料"] == ("按需", "有", "照片 4 张")
    assert cells["当事人身份证明"] == ("必须", "缺", "")


def test_the_note_on_a_file_names_what_it_lacks_and_leaves_lines_for_a_pen(laptop):
    html = paper(laptop, "dossier_note", case_at(laptop, "checked"))
    assert "本卷缺：当事人身份证明" in html
    assert "＿＿＿＿" in html
    assert "None" not in html


def test_the_notice_of_rights_says_what_the_law_gives_and_where(laptop):
    html = paper(laptop, "rights_notice", case_at(laptop))
    for law, words in (
        ("第四条", "不收取任何费用"),
        ("第十七条", "不得调解"),
        ("第二十条", "经当事人同意"),
        ("第二十三条", "公开进行或者不公开进行"),
        ("第二十四条", "如实陈述"),
        ("第三十三条", "三十日内共同"),
    ):
        assert law in html
        assert words in html
    assert "示例·乙002（签名" in html


def test_a_letter_of_authority_is_one_partys_and_says_what_for_how_far_and_how_long(laptop, desk):
    case_at(laptop)
    party = Party.get(Party.part == "respondent")
    html = paper(laptop, "proxy", party.id)
    for text in ("授权委托书", "示例·乙002", "委托事项", "邻里纠纷", "委托权限", "委托期限"):
        assert text in html, text
    assert "示例·甲001" not in html
    assert "授权委托书" in desk.open(f"/c/mediation.party/{party.id}").text
    edit(Party, party.id, part="mistaken")
    with refusing(Refused, match="as it is now"):
        paper(laptop, "proxy", party.id)


@pytest.mark.parametrize("name", ["dossier_cover", "dossier_note", "rights_notice", "proxy"])
def test_what_a_person_typed_is_escaped_in_the_file_too(laptop, name):
    id = case_at(laptop, "checked", applicant=NASTY, committee=NASTY)
    do(laptop, "enclose", id, kind="evidence", about=NASTY)
    edit(Case, id, dossier_note=NASTY)
    of = Party.get(Party.part == "applicant").id if name == "proxy" else id
    html = paper(laptop, name, of)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
