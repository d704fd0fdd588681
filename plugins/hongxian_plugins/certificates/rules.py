"""What certificates may not say, asked on the laptop as on the hub (民政部令第67号 15, 26; 民发〔2015〕149号)."""

from __future__ import annotations

from datetime import date, timedelta

from hongxian import Mark, Refused, Seen, rule
from hongxian.records import refuse_out_of_order
from hongxian_plugins.certificates.honours import Award, Objection, Training
from hongxian_plugins.certificates.lines import digest_of
from hongxian_plugins.certificates.papers import OUT, Certificate, Line
from hongxian_plugins.certificates.register import Entry
from hongxian_plugins.certificates.settings import CertificateRules


@rule(of=Certificate, when=("since", "until"))
def has_a_period(certificate: Certificate) -> None:
    refuse_out_of_order(certificate, "since", "until")


@rule(of=Certificate, when=("state",))
def is_issued_by_the_committee(
    certificate: Certificate, before: Certificate | None, seen: Seen
) -> None:
    """Who recruited and recorded issues, which the rules name (67, 26); never another."""
    if not _comes_out(certificate, before):
        return
    issuer = seen.settings(CertificateRules).issuer
    if not issuer or certificate.issuer != issuer:
        raise Refused(
            "证明由“{issuer}”出具，不是“{other}”。",
            "“{issuer}” issues certificates, and not “{other}”.",
            issuer=issuer or "?",
            other=certificate.issuer or "?",
        )


@rule(of=Certificate, when=("state",))
def says_what_was_confirmed(
    certificate: Certificate, before: Certificate | None, seen: Seen
) -> None:
    """Its lines, its minutes and its entry in the register are those that its digest is of."""
    if not _comes_out(certificate, before):
        return
    lines = seen.all(Line, certificate=certificate.id, on_paper=True)
    entry = seen.get(Entry, certificate.entry)
    told = (certificate.serial, certificate.minutes, certificate.issuer)
    if (
        not lines
        or certificate.minutes != sum(each.minutes for each in lines)
        or certificate.digest != digest_of(certificate, lines)
        or entry is None
        or told != (entry.serial, entry.minutes, entry.issuer)
    ):
        raise Refused(
            "证明和它的明细、登记不符；请用“出具”这一步开。",
            "It does not agree with its lines and the register: issue it by the step.",
        )


@rule(of=Certificate, when=("state",))
def has_what_notice_149_asks(
    certificate: Certificate, before: Certificate | None, seen: Seen
) -> None:
    """By that form: who is responsible, who handled it, a telephone, a seal, and a week of publicity."""
    if certificate.form != "149" or not _comes_out(certificate, before):
        return
    needed = [
        each
        for each in ("responsible", "handler", "contact", "seal", "published_on")
        if not getattr(certificate, each)
    ]
    if needed:
        raise Refused(
            "149 号样式还缺“{field}”。",
            "Form 149 lacks “{field}”.",
            field=Certificate._meta.fields[needed[0]].verbose_name,
        )
    days = seen.settings(CertificateRules).publicity_days
    over = certificate.published_on + timedelta(days=days)
    if certificate.issued_on < over:
        raise Refused(
            "公示满 {days} 天才能出具：{day} 起。",
            "It is published for {days} {days:day|days} first: from {day} on.",
            days=days,
            day=over,
        )


@rule(of=Certificate, when=("state",))
def is_revoked_in_the_register_too(certificate: Certificate, seen: Seen) -> None:
    entry = seen.get(Entry, certificate.entry)
    if certificate.state == "revoked" and (entry is None or not entry.revoked):
        raise Refused("请用“作废”这一步。", "Revoke it by the step.")


@rule(of=Certificate, when=("state", "changed", "kept"))
def stands_on_its_basis(certificate: Certificate) -> Mark | None:
    """The paper stays as it is; a person says whether it still holds."""
    if certificate.state != "issued" or not certificate.changed or certificate.kept:
        return None
    return Mark(
        "{serial} 的依据变了（{changed}）：作废，或写明原因保留。",
        "What {serial} was issued on has changed ({changed}): revoke it, or keep it and say why.",
        serial=certificate.serial,
        changed=certificate.changed,
    )


@rule(of=Certificate, when=("state",))
def tells_no_hour_twice(certificate: Certificate, seen: Seen) -> Mark | None:
    """Two valid certificates that list one service: shown, and the hours are not added."""
    if certificate.state != "issued":
        return None
    lines = seen.all(Line, person=certificate.person, on_paper=True)
    own = {each.source for each in lines if each.certificate == certificate.id}
    doubled = [each for each in lines if each.certificate != certificate.id and each.source in own]
    others = {each.certificate: seen.get(Certificate, each.certificate) for each in doubled}
    valid = [each for each in others.values() if each is not None and each.state == "issued"]
    if not valid:
        return None
    return Mark(
        "{serial} 与 {other} 有 {n} 条是同一次服务，时长不相加；请作废其中一份。",
        "{serial} and {other} have {n} {n:line|lines} of one service each; their hours do not add up: revoke one.",
        serial=certificate.serial,
        other=valid[0].serial,
        n=sum(each.certificate == valid[0].id for each in doubled),
    )


@rule(of=Line, when=("on_paper",))
def freezes_with_its_certificate(line: Line, before: Line | None, seen: Seen) -> None:
    """Nothing is added to a paper that is out."""
    if not line.on_paper or (before is not None and before.on_paper):
        return
    now = seen.get(Certificate, line.certificate)
    was = seen.before(Certificate, line.certificate)
    if now is None or now.state not in OUT or (was is not None and was.state in OUT):
        raise Refused(
            "已出具的证明不再加行；请作废后另开。",
            "No line is added to a certificate that is out: revoke it and issue another.",
        )


@rule(of=Entry, hub_only=True)
def is_of_a_certificate(entry: Entry, seen: Seen) -> None:
    """Nobody writes a serial into the register of which no paper was issued: the hub sees all teams' papers."""
    of = seen.all(Certificate, serial=entry.serial)
    if not any(each.entry == entry.id and each.state in OUT for each in of):
        raise Refused(
            "登记的编号 {serial} 没有对应的证明。",
            "There is no certificate to the serial {serial}.",
            serial=entry.serial,
        )


@rule(of=Training, when=("day",))
def was_given(training: Training, seen: Seen) -> None:
    _refuse_what_is_to_come(training.day, seen)


@rule(of=Award, when=("day",))
def was_awarded(award: Award, seen: Seen) -> None:
    _refuse_what_is_to_come(award.day, seen)


@rule(of=Objection, when=("raised_on",))
def was_raised(objection: Objection, seen: Seen) -> None:
    _refuse_what_is_to_come(objection.raised_on, seen)


def _refuse_what_is_to_come(day: date, seen: Seen) -> None:
    """What is recorded has happened."""
    if day > seen.now.date():
        raise Refused("{day} 还没到。", "{day} is still to come.", day=day)


def _comes_out(certificate: Certificate, before: Certificate | None) -> bool:
    """Whether this is what puts the paper into somebody's hands."""
    return certificate.state in OUT and (before is None or before.state not in OUT)
