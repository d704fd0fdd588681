"""The file of a case: which of its papers are there, what is missing, and what of it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hongxian import Store, Text, action, document, view
from hongxian.records import asked_as
from hongxian.shapes import Button, Table, Tag
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.contents import ALWAYS, BY_HAND, CONTENTS
from hongxian_plugins.mediation.papers import Agreement, Enclosure, Party, Session, Visit
from hongxian_plugins.mediation.setting import Setting
from hongxian_plugins.mediation.sheets import print_form

_HEADERS = (
    Text("序号", "No."),
    Text("文书", "Paper"),
    Text("要求", "Asked"),
    Text("在卷", "In the file"),
    Text("下一步", "Next"),
)
_AS_NEEDED = Text("按需", "As needed")
_REQUIRED = Text("必须", "Required")
_LAID_IN = Text("已收入", "Laid in")
_NOTE = Text(
    "目录是通行做法，不是法律规定，缺件不妨碍归档；“有”指已登记或已收入，不代表已签名。",
    "The list is practice and no law: nothing missing hinders the archive. “There” says that it is recorded or laid "
    "in, not that it is signed.",
)


@dataclass(frozen=True)
class Line:
    """A paper of the file: whether this case needs it, whether it is there, and what is said of it."""

    name: str
    title: Text
    needed: bool
    there: bool
    about: str = ""

    @property
    def asked(self) -> Text:
        """As the published set calls it."""
        return _REQUIRED if self.name in ALWAYS else _AS_NEEDED

    @property
    def missing(self) -> bool:
        """Whether it ought to be there."""
        return self.needed and not self.there


def file_of(case: Case) -> list[Line]:
    """The thirteen papers, in the order of the list."""
    laid_in = list(Enclosure.select().where(Enclosure.case == case.id))
    there = {*_told_by_records(case), *(each.kind for each in laid_in)}
    needed = ALWAYS.difference(_without_occasion(case))
    if case.court_filed_on:
        needed |= {"court"}
    return [
        Line(
            name,
            title,
            name in needed,
            name in there,
            "；".join(each.about for each in laid_in if each.kind == name and each.about),
        )
        for name, title in CONTENTS
    ]


def missing_in(case: Case) -> list[Text]:
    """What the file of a case ought to have and has not."""
    return [each.title for each in file_of(case) if each.missing]


def _told_by_records(case: Case) -> Iterator[str]:
    """What the case's own records hold, and a form is printed of; identity, evidence, the court's are paper alone."""
    held = Session.held_at.is_null(False)
    found = {
        "application": True,
        "rights": case.rights_told_on is not None,
        "session": Session.select().where(Session.case == case.id, held).exists(),
        "agreement": Agreement.select().where(Agreement.case == case.id).exists(),
        "visit": Visit.select().where(Visit.case == case.id).exists(),
        "note": bool((case.dossier_note or "").strip()),
        "back": case.archived_on is not None,
    }
    return (name for name, there in found.items() if there)


def _without_occasion(case: Case) -> Iterator[str]:
    """What a case cannot have: one that ended has no agreement, and no session if none came about."""
    if case.ended_on:
        yield "agreement"
        if not case.first_session:
            yield "session"
    if not case.archived_on:
        yield "back"


@view(of=Case, title=Text("卷宗目录", "Its file"))
def dossier(store: Store, case: Case) -> Table:
    """Paper by paper what is there and what is missing, and what notes that it lies in the file."""
    lines = enumerate(file_of(case), 1)
    return Table(
        headers=_HEADERS,
        rows=[[n, each.title, each.asked, _stands(each), _next(case, each)] for n, each in lines],
        note=_NOTE,
    )


def _stands(line: Line) -> Tag | str:
    if line.there:
        return Tag(Text("有", "There"), "done")
    return Tag(Text("缺", "Missing"), "wait") if line.missing else ""


def _next(case: Case, line: Line) -> Button | str:
    if line.there or case.voided or line.name not in dict(BY_HAND):
        return ""
    return Button(Text("收入", "Lay in"), "mediation.enclose", {"kind": line.name}, case.id)


@action(
    of=Case,
    title=Text("收入卷宗", "Lay into the file"),
    when=lambda case: not case.voided,
    asks=[asked_as(Enclosure.kind, choices=BY_HAND), Enclosure.about],
)
def enclose(store: Store, case: Case, *, kind: str, about: str | None) -> Text:
    """A paper lies in the file now; also after the archive, for what was missing may turn up."""
    Enclosure.create(case=case, kind=kind, about=about)
    return Text("已收入：{paper}", "Laid in: {paper}").format(paper=dict(BY_HAND)[kind])


# -- on paper --------------------------------------------------------------------------------------


@document(of=Case, title=Text("卷宗封面和目录", "Cover and contents of the file"))
def dossier_cover(store: Store, case: Case) -> str:
    """卷宗封面 and 卷内目录, with what is missing marked."""
    years = Setting.now(store).keep_years
    return print_form("dossier_cover", case, file=file_of(case), years=years)


@document(of=Case, title=Text("卷宗情况说明", "Note on the file"))
def dossier_note(store: Store, case: Case) -> str:
    """卷宗情况说明: what the file lacks, and why."""
    return print_form("dossier_note", case, lacking=missing_in(case))


@document(of=Case, title=Text("人民调解权利义务告知书", "Notice of rights and duties"))
def rights_notice(store: Store, case: Case) -> str:
    """权利义务告知书: what 人民调解法 4, 17, 20, 23, 24, 31 and 33 say to the parties."""
    return print_form("rights_notice", case)


@document(
    of=Party,
    title=Text("授权委托书", "Letter of authority"),
    when=lambda party: party.part != "mistaken",
)
def proxy(store: Store, party: Party) -> str:
    """授权委托书: by whom a party is represented, in what, how far and for how long (民法典 165)."""
    return print_form("proxy", Case.get_by_id(party.case), party=party)
