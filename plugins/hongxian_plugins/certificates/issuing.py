"""How a certificate comes to be: asked for at a person's page, checked line by line, issued, and perhaps revoked."""

from __future__ import annotations

from datetime import date, datetime

from hongxian import Record, Refused, Store, Text, action, local_today, step
from hongxian.codes import signed_qr
from hongxian.records import COMMUNITY, Value, asked_as, team_for
from hongxian.shapes import Link
from hongxian_plugins.certificates.lines import PERSON, digest_of, draw_lines, is_still_so, listed
from hongxian_plugins.certificates.papers import Certificate, Line
from hongxian_plugins.certificates.register import Entry
from hongxian_plugins.certificates.settings import CertificateRules

FOR_GOOD = datetime(2150, 1, 1)
"""Until when a signature over lines is good: longer than anybody asks."""


@action(
    of=PERSON,
    title=Text("开服务证明", "Certificate of service"),
    usual=True,
    icon="patch-check",
    asks=[Certificate.since, Certificate.until, Certificate.form, Certificate.platform_hours],
)
def begin_certificate(store: Store, person: Record, **asked: Value) -> Link:
    """Begin a certificate with all that is confirmed of a period: its lines are looked through next."""
    return _begin(store, person.id, **asked)


@action(
    title=Text("开证明", "Issue a certificate"),
    menu=False,
    icon="patch-check",
    asks=[Certificate.person, Certificate.since, Certificate.until, Certificate.form],
)
def begin_for(store: Store, person: str, **asked: Value) -> Link:
    """The same for somebody who stands at the desk: whose it is is asked first."""
    return _begin(store, person, **asked)


def _begin(store: Store, person: str, **asked: Value) -> Link:
    """Raises `Refused` where nothing is confirmed, and then makes nothing."""
    with store.transaction():
        certificate = Certificate.create(
            person=person,
            state="checking",
            scope=team_for(store, person=person),
            title=title_of(store, person, asked["since"], asked["until"]),
            **asked,
        )
        found = draw_lines(store, certificate)
        if not found and certificate.since <= certificate.until:  # else a rule tells of the days
            raise Refused(
                "{since} 至 {until} 已确认的服务是 0 小时：先确认时长，或改起止日期。什么也没有建。",
                "0 h are confirmed from {since} to {until}: confirm hours first, or take other days. "
                "Nothing was made.",
                since=asked["since"],
                until=asked["until"],
            )
    told = Text("核对 {n} 条，再出具", "{n} {n:line|lines} to look through, then issue").format(
        n=found
    )
    return Link(told, Certificate, certificate.id)


def title_of(store: Store, person: str, since: Value, until: Value) -> str:
    """What a certificate is called: whose it is, and of which period."""
    name = store.name_of(PERSON, person) or "…"
    return f"{name} {since}–{until}"[:80]


@step(Certificate, "check")
def check(store: Store, certificate: Certificate) -> Text:
    """Its lines are drawn from what is confirmed."""
    certificate.title = title_of(store, certificate.person, certificate.since, certificate.until)
    found = draw_lines(store, certificate)
    return Text("{n} 条", "{n} {n:line|lines}").format(n=found)


@action(
    of=Certificate,
    title=Text("重新取记录", "Draw the lines again"),
    when=lambda certificate: certificate.state == "checking",
)
def draw_again(store: Store, certificate: Certificate) -> Text:
    """Take over what was confirmed, or voided, since they were drawn."""
    with store.transaction():
        found = draw_lines(store, certificate)
    return Text("共 {n} 条", "{n} {n:line|lines}").format(n=found)


@action(
    of=Certificate,
    title=Text("开始公示", "Publish"),
    when=lambda each: each.state == "checking" and each.form == "149" and not each.published_on,
    asks=[asked_as(Certificate.published_on, null=False, default=local_today)],
)
def publish(store: Store, certificate: Certificate, published_on: date) -> Text:
    """It hangs in the unit from this day on."""
    certificate.published_on = published_on
    certificate.save()
    return Text("从 {day} 起公示", "Published from {day} on").format(day=published_on)


def _last_handler() -> str | None:
    """Who handled the one before on this laptop's records."""
    last = Certificate.select(Certificate.handler).where(Certificate.handler.is_null(False))
    handler: str | None = last.order_by(
        Certificate.issued_on.desc(), Certificate.id.desc()
    ).scalar()
    return handler


@step(
    Certificate,
    "issue",
    asks=[
        asked_as(Certificate.handler, default=_last_handler),
        asked_as(Certificate.responsible, default=CertificateRules.usual("responsible")),
        asked_as(Certificate.contact, default=CertificateRules.usual("contact")),
        asked_as(Certificate.seal, null=False, default=False),
    ],
)
def issue(store: Store, certificate: Certificate, **asked: Value) -> Text:
    """It gets its serial, its lines freeze, and the laptop signs them."""
    rules = CertificateRules.now(store)
    refuse_a_team(store, rules.issuer)
    lines, today = listed(certificate), local_today(store)
    if not lines:
        raise Refused("没有可列入的已确认服务。", "There is no confirmed service to be listed.")
    if not is_still_so(store, certificate):
        raise Refused(
            "有的记录在核对之后变了，请先“重新取记录”。",
            "Some of it has changed since it was checked: draw the lines again first.",
        )
    for name, value in asked.items():
        setattr(certificate, name, value)
    run = {"year": today.year, "letters": rules.letters}
    number = Entry.number.draw(COMMUNITY, **run)
    certificate.serial = f"{rules.letters}{today.year}-{number}"
    certificate.issuer, certificate.issued_on = rules.issuer, today
    certificate.minutes = sum(each.minutes for each in lines)
    store.edit(Line, {each.id: {"on_paper": True} for each in lines})
    entry = Entry.create(
        id=certificate.entry,
        serial=certificate.serial,
        number=number,
        issuer=rules.issuer,
        surname=surname_of(store, certificate.person),
        minutes=certificate.minutes,
        since=certificate.since,
        until=certificate.until,
        issued_on=today,
        **run,
    )
    certificate.digest = digest_of(certificate, lines)
    certificate.signed = signed_qr(store, signing(certificate.digest), entry, FOR_GOOD).text
    return Text("编号 {serial}", "serial {serial}").format(serial=certificate.serial)


def refuse_a_team(store: Store, issuer: str | None) -> None:
    """Raise `Refused` where no committee is named, or a team (民政部令第67号 26)."""
    if not issuer:
        raise Refused(
            "先在“证明规则”里填出具单位（居民委员会全称）。",
            "First name the issuer under “Rules of certificates”: the committee, in full.",
        )
    told = getattr(store, "teams", None)
    if told and issuer in told().values():
        raise Refused(
            "“{issuer}”是队伍；证明由招募并记录的居民委员会出具。",
            "“{issuer}” is a team; the committee that recruited and recorded issues.",
            issuer=issuer,
        )


def surname_of(store: Store, person: str) -> str:
    """A name as whoever checks reads it: 张*."""
    return f"{store.name_of(PERSON, person)[:1]}*"


def signing(digest: str) -> str:
    """For what the laptop signs: these lines alone."""
    return f"certificates.lines {digest}"


@step(Certificate, "revoke")
def revoke(store: Store, certificate: Certificate) -> None:
    """It counts no more, which the register says at once; it stays to be read."""
    Entry.update(revoked=True, revoked_on=local_today(store)).where(
        Entry.id == certificate.entry
    ).execute()


@action(
    of=Certificate,
    title=Text("保留", "Keep it valid"),
    when=lambda each: each.state == "issued" and each.changed is not None and not each.kept,
    asks=[asked_as(Certificate.kept, null=False, default=None)],
    usual=True,
)
def keep(store: Store, certificate: Certificate, kept: str) -> Text:
    """What it was issued on has changed, and it stays valid all the same: why."""
    certificate.kept = kept
    certificate.save()
    return Text("保留有效，原因已记下", "It stays valid; why is written down")
