"""One form for a member who reports: the person, their unit, what they can do, and what their unit may hear."""

from __future__ import annotations

from collections.abc import Iterator

from peewee import BooleanField, CharField

from hongxian import PersonField, PhoneField, Refused, Store, Text
from hongxian.entries import Alike, entry
from hongxian.records import COMMUNITY, Consent, Somebody, team_for
from hongxian_plugins.mobilise.people import CONTACTS, MEMBERS, PEOPLE
from hongxian_plugins.mobilise.reporting.members import FEEDBACK, HERE, Report
from hongxian_plugins.mobilise.reporting.units import unit_called


def reported_already(store: Store, name: Somebody | None) -> Iterator[Alike]:
    """Who has reported here already."""
    if name is None or not name.person:
        return
    found = Report.select().where(Report.person == name.person, Report.state.in_(HERE))
    for each in found:
        yield Alike(Text("已经报到", "Has reported"), name.called, Report, each.id)


@entry(
    makes=Report,
    title=Text("登记报到", "New report"),
    icon="person-plus",
    asks={
        "name": PersonField(
            verbose_name=Text("姓名", "Name"),
            help_text=Text("名册中的人，或新的姓名。", "Of the roster, or a new name."),
        ),
        "phone": PhoneField(verbose_name=Text("电话", "Phone"), null=True),
        "unit_name": CharField(verbose_name=Text("单位", "Works at"), max_length=80),
        "branch": CharField(verbose_name=Text("支部", "Branch"), max_length=80, null=True),
        "kind": Report.kind,
        "can": Report.can,
        "free": Report.free,
        "wants": Report.wants,
        "adult": Report.adult,
        "feedback": BooleanField(
            verbose_name=Text("同意反馈给单位", "Their unit may be told"),
            default=False,
            help_text=Text(
                "本人单独同意才勾（个人信息保护法 23）；不勾也能报到。",
                "Only by a consent of its own; without it they report all the same.",
            ),
        ),
    },
    parts={"kind": Text("身份和特长", "Who they are and what they can do")},
    alike=reported_already,
)
def report_in(
    store: Store,
    name: Somebody,
    phone: str | None,
    unit_name: str,
    branch: str | None,
    kind: str,
    can: frozenset[str],
    free: frozenset[str],
    wants: str | None,
    adult: bool,
    feedback: bool,
) -> Text:
    """Enter a report with the person and the unit where they are new, or nothing of it."""
    with store.transaction():
        person = name.person or _enter(store, name, phone)
        Report.create(
            person=person,
            unit=unit_called(unit_name, branch),
            kind=kind,
            can=can,
            free=free,
            wants=wants,
            adult=adult,
        )
        if feedback:
            Consent.create(person=person, kind=FEEDBACK, scope=team_for(store, person=person))
    return Text("已报到：{name}。", "Reported: {name}.").format(name=name.called)


def _enter(store: Store, name: Somebody, phone: str | None) -> str:
    """Whoever is in no roster is entered there, and in this team."""
    if PEOPLE not in store.collections:
        raise Refused("没有名册，不能登记新的人。", "There is no roster to enter somebody new in.")
    person = store.collection(PEOPLE).model.create(name=name.called, scope=COMMUNITY)
    if MEMBERS in store.collections:
        store.collection(MEMBERS).model.create(person=person.id)
    if (phone := phone or name.phone) and CONTACTS in store.collections:
        store.collection(CONTACTS).model.create(person=person.id, phone=phone)
    return str(person.id)
