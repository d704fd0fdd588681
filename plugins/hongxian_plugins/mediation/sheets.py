"""The statutory sheets of a people's mediation case, after the ministry's forms (司法部文书格式).

What is known is filled in, what is not stays a blank for a pen; all of it is escaped by Jinja. A
neighbourly settling has none of them: whoever settles as a volunteer is not the committee.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from peewee import IntegerField

from hongxian import Record, Refused, Store, Text, document
from hongxian.days import day_on_paper
from hongxian.records import Value
from hongxian_plugins.mediation.case import Case
from hongxian_plugins.mediation.papers import Agreement, Party, Session, Visit, parties_of

BLANK = "＿" * 8
Paper = TypeVar("Paper", bound=Record)


def on_paper(value: Value) -> str:
    """A value as it stands on paper: 2023年3月1日（周三）; a blank for a pen where there is none."""
    if value in (None, "", frozenset()):
        return BLANK
    if isinstance(value, datetime):
        return f"{on_paper(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return day_on_paper(value)
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    return str(value)


def lines(value: str | None, empty: int = 4) -> Markup:
    """A long text in paragraphs; empty ruled lines where there is none."""
    texts = (value or "").splitlines() or [BLANK * 5] * empty
    return Markup("").join(Markup("<p>{}</p>").format(text) for text in texts)


def chinese(record: Record, name: str, none: str = BLANK) -> str:
    """The Chinese label of a field's choice; a blank, or `none`, where there is none."""
    label = dict(record._meta.fields[name].choices).get(getattr(record, name))
    return Text.of(label).zh if label else none


_forms = Environment(
    loader=PackageLoader("hongxian_plugins.mediation", "forms"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_forms.filters.update(on_paper=on_paper, lines=lines)
_forms.globals.update(chinese=chinese, blank=BLANK)


_WHICH = {
    "number": IntegerField(
        verbose_name=Text("第几次", "Number"),
        null=True,
        help_text=Text(
            "不填为最近一次；还没有则印空白。", "Empty: the last; blank if there is none."
        ),
    )
}


@document(of=Case, title=Text("人民调解申请书", "Application"))
def application(store: Store, case: Case) -> str:
    """申请书: who asks whom for what, of their own will, told of their rights."""
    return print_form("application", case)


@document(of=Case, title=Text("人民调解受理登记表", "Acceptance register"))
def acceptance(store: Store, case: Case) -> str:
    """受理登记表: when, how the case came, what it is about."""
    return print_form("acceptance", case)


@document(of=Case, title=Text("人民调解记录", "Session record"), asks=_WHICH)
def session_record(store: Store, case: Case, number: int | None = None) -> str:
    """调解记录: when, where, who, what was said and what came of it; signed by all."""
    sessions = Session.select().where(Session.case == case.id, Session.cancelled == False)  # noqa: E712
    ordered = sorted(sessions, key=lambda each: (str(each.held_at or each.planned_at), each.id))
    place, session = _which(ordered, number, Session())
    return print_form("session_record", case, session=session, place=place)


@document(
    of=Case,
    title=Text("人民调解协议书", "Agreement"),
    when=lambda case: case.agreed_on is not None,
)
def agreement_paper(store: Store, case: Case) -> str:
    """调解协议书 with what art. 29 says that it may state; for an oral agreement its register (art. 28)."""
    agreement = Agreement.get_or_none(Agreement.case == case.id)
    if agreement is None:
        raise Refused(Text("还没有达成协议。", "There is no agreement yet."))
    return print_form("agreement", case, agreement=agreement)


@document(of=Case, title=Text("人民调解回访记录", "Return visit"), asks=_WHICH)
def return_visit(store: Store, case: Case, number: int | None = None) -> str:
    """回访记录: when, why, what was found and how far the agreement is performed (art. 31)."""
    visits = Visit.select().where(Visit.case == case.id).order_by(Visit.day, Visit.id)
    place, visit = _which(list(visits), number, Visit())
    visitor = visit.visitor.called if visit.visitor else None
    return print_form("return_visit", case, visit=visit, visitor=visitor, place=place)


def _which(held: Sequence[Paper], number: int | None, empty: Paper) -> tuple[int, Paper]:
    """The one that is asked for and its place from 1: the last of them, or a blank one."""
    if number is None:
        return (len(held), held[-1]) if held else (1, empty)
    if not 1 <= number <= len(held):
        raise Refused(Text(f"只有 {len(held)} 次。", f"There are only {len(held)}."))
    return number, held[number - 1]


def print_form(form: str, case: Case, **more: Value) -> str:
    order = [part for part, _ in Party.part.choices]
    parties = sorted(parties_of(case), key=lambda each: (order.index(each.part), each.id))
    return _forms.get_template(f"{form}.html").render(case=case, parties=parties, **more)
