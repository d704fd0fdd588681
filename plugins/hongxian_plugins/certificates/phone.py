"""On a phone: one's own certificates and stars, to ask for one, to object. To check one is for anybody."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Refused, Store, Text, action, view
from hongxian.codes import scannable
from hongxian.doubles import group
from hongxian.records import asked_as, team_for
from hongxian.shapes import Facts, Table, Tag
from hongxian_plugins.certificates.checking import REVOKED, VALID, in_hours
from hongxian_plugins.certificates.honours import Objection, Star
from hongxian_plugins.certificates.issuing import title_of
from hongxian_plugins.certificates.lines import PERSON
from hongxian_plugins.certificates.papers import OUT, Certificate
from hongxian_plugins.certificates.settings import LEVELS, CertificateRules
from hongxian_plugins.certificates.stars import level_of, minutes_of
from hongxian_plugins.certificates.steps import CERTIFICATE, OBJECTION, STAR

_PENDING = ("asked", "checking")
_MOST_OPEN = 3
"""Objections of one person that nobody has answered yet."""
_LONGEST = 500


@view(of=PERSON, title=Text("我的证明", "My certificates"), audience="self", icon="patch-check")
def my_certificates(store: Store, person: Record) -> Table:
    """Those that were issued, those that were asked for, and how each stands."""
    mine = Certificate.person.in_(sorted(group(PERSON, person.id)))
    found = list(Certificate.select().where(mine).order_by(Certificate.id.desc()))
    return Table(
        [Text("证明", "Certificate"), "", ""],
        [
            [
                each.serial or _period(each),
                _standing(each),
                in_hours(each.minutes) if each.minutes else "",
            ]
            for each in found
        ],
        ids=[each.id for each in found],
        of=Certificate,
    )


def _period(certificate: Certificate) -> Text:
    told = Text("{since} 至 {until}", "{since} to {until}")
    return told.format(since=certificate.since, until=certificate.until)


def _standing(certificate: Certificate) -> Tag:
    if certificate.state in OUT:
        return REVOKED if certificate.state == "revoked" else VALID
    is_over = certificate.state == "declined"
    return Tag(CERTIFICATE.title_of(certificate.state), "stop" if is_over else "wait")


@view(of=Certificate, title=Text("这份证明", "This certificate"), audience="self")
def my_certificate(store: Store, certificate: Certificate) -> Facts:
    """What it says of oneself, and a code by which anybody checks it."""
    serial = scannable(store, certificate.serial) if certificate.serial else None
    return Facts(
        [
            (Text("编号", "Serial"), certificate.serial),
            (Text("期间", "Period"), _period(certificate)),
            (Text("时长", "Hours"), in_hours(certificate.minutes) if certificate.minutes else None),
            (Text("记录单位", "Recording unit"), certificate.issuer),
            (Text("出具日期", "Issued on"), certificate.issued_on),
            (Text("原因", "Why"), certificate.why),
            (Text("给人扫一扫查验", "Let others scan it"), serial),
        ],
        tags=[_standing(certificate)],
    )


@action(
    of=PERSON,
    title=Text("申请证明", "Ask for a certificate"),
    audience="self",
    icon="patch-check",
    asks=[Certificate.since, Certificate.until],
)
def ask_for_one(store: Store, person: Record, since: date, until: date) -> Text:
    """The team looks through the hours and issues it; one is asked for at a time."""
    mine = Certificate.person.in_(sorted(group(PERSON, person.id)))
    if Certificate.select().where(mine, Certificate.state.in_(_PENDING)).exists():
        raise Refused(
            "上一份申请还没办好，办好了再申请。",
            "The last one is still being seen to: wait for it.",
        )
    Certificate.create(
        person=person,
        since=since,
        until=until,
        title=title_of(store, person.id, since, until),
        scope=team_for(store, person=person.id),
    )
    return Text(
        "申请了，队里核对后出具", "Asked for: the team looks through the hours, then issues"
    )


@view(of=PERSON, title=Text("我的星级", "My stars"), audience="self", icon="star-fill")
def my_stars(store: Store, person: Record) -> Facts:
    """The highest star, what was proposed, and how many hours are to the next."""
    rules, minutes = CertificateRules.now(store), sum(minutes_of(store, person.id).values())
    stars = list(Star.select().where(Star.person.in_(sorted(group(PERSON, person.id)))))
    awarded = max((each.level for each in stars if each.state == "awarded"), default=0)
    proposed = [each for each in stars if each.state == "proposed" and each.level > awarded]
    facts: list[tuple[Text | str, object]] = [(Text("确认时长", "Confirmed"), in_hours(minutes))]
    nxt = next((each for each in LEVELS if each > max(awarded, level_of(rules, minutes))), None)
    if nxt is not None:
        left = rules.hours_for(nxt) * 60 - minutes
        facts.append(
            (_STARS.format(level=nxt), Text("还差 {h}", "{h} to go").format(h=in_hours(left)))
        )
    tags = [Tag(_STARS.format(level=awarded), "done", "star-fill")] if awarded else []
    tags += [
        Tag(
            Text("{level} {state}", "{level} {state}").format(
                level=_STARS.format(level=each.level), state=STAR.title_of(each.state)
            ),
            "wait",
        )
        for each in proposed
    ]
    return Facts(facts, tags=tags)


_STARS = Text("{level} 星", "{level} {level:star|stars}")
_WHAT = {"what": asked_as(Objection.what, max_length=_LONGEST)}


@view(of=PERSON, title=Text("我的异议", "My objections"), audience="self", menu=False)
def my_objections(store: Store, person: Record) -> Table:
    """What one objected to, and what was answered."""
    found = list(_objections(person.id).order_by(Objection.id.desc()))
    return Table(
        [Text("异议", "What"), "", Text("答复", "Answer")],
        [[each.what, OBJECTION.title_of(each.state), each.answer or ""] for each in found],
    )


@action(
    of=PERSON,
    title=Text("时长不对", "My hours are wrong"),
    audience="self",
    icon="chat-square-text",
    asks=_WHAT,
)
def object_to_hours(store: Store, person: Record, what: str) -> Text:
    """What was recorded is wrong: it is looked into and answered in time (民政部令第67号 13)."""
    return _object(store, person.id, what, None)


@action(of=Certificate, title=Text("有异议", "Object"), audience="self", asks=_WHAT)
def object_to_this(store: Store, certificate: Certificate, what: str) -> Text:
    """The same of one certificate."""
    return _object(store, certificate.person, what, certificate)


def _objections(person: str):  # type: ignore[no-untyped-def]  # peewee's query
    return Objection.select().where(Objection.person.in_(sorted(group(PERSON, person))))


def _object(store: Store, person: str, what: str, certificate: Certificate | None) -> Text:
    open_ones = _objections(person).where(Objection.state.in_(("raised", "verified")))
    if open_ones.count() >= _MOST_OPEN:
        raise Refused(
            "还有 {n} 件异议没答复，答复了再提。",
            "{n} are not answered yet: wait for those.",
            n=_MOST_OPEN,
        )
    scope = certificate.scope if certificate else team_for(store, person=person)
    Objection.create(person=person, certificate=certificate, what=what, scope=scope)
    return Text("记下了，会核实并答复您", "Noted: it is looked into, and you are answered")
