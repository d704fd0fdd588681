"""What stands on a certificate's page, on a person's, and the list of what was issued."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian import Record, Refused, Store, Text, view
from hongxian.codes import QrUnheardOf, read_signed_qr
from hongxian.doubles import group
from hongxian.shapes import (
    Beside,
    Button,
    Cells,
    Chat,
    Facts,
    Grid,
    GridRow,
    Link,
    Stat,
    Stats,
    Table,
    Tag,
    Tone,
)
from hongxian_plugins.certificates.checking import REVOKED, VALID, in_hours
from hongxian_plugins.certificates.honours import Award, Star, Training
from hongxian_plugins.certificates.issuing import signing
from hongxian_plugins.certificates.lines import PERSON, certified, digest_of, lines_of, listed
from hongxian_plugins.certificates.papers import OUT, Certificate, Line
from hongxian_plugins.certificates.settings import CertificateRules
from hongxian_plugins.certificates.steps import STAR

_SHOWN = 200
"""Lines on a page, certificates in a list."""
_LISTED = Text("列入", "Listed")
_DIFFERENCE = Text("相差", "Difference")
_HOUR = Text("小时", "h")
_NOT_THERE = Text("未录入平台", "Not on the platform")


@view(of=Certificate, title=Text("时长", "Hours"))
def at_first_sight(store: Store, certificate: Certificate) -> Facts:
    """Ours beside the platform's, and whether the paper is what the laptop signed."""
    lines = listed(certificate)
    minutes = sum(each.minutes for each in lines)
    facts: list[tuple[Text | str, object]] = [(_LISTED, in_hours(minutes))]
    if certificate.platform_hours is not None:
        facts.append((_DIFFERENCE, in_hours(abs(minutes - certificate.platform_hours * 60))))
    missing = sum(not each.platform_no for each in lines)
    if missing:
        facts.append((_NOT_THERE, Text("{n} 条", "{n} {n:line|lines}").format(n=missing)))
    return Facts(facts, tags=list(_tags(store, certificate)), tells_of=(Line,))


def _tags(store: Store, certificate: Certificate) -> Iterator[Tag]:
    if certificate.state not in OUT:
        return
    yield REVOKED if certificate.state == "revoked" else VALID
    yield Tag(*SIGNATURE[is_signed(store, certificate)])


SIGNATURE: dict[bool | None, tuple[Text, Tone]] = {
    True: (Text("签名对得上", "Signature holds"), "done"),
    False: (Text("签名对不上", "Signature does not hold"), "stop"),
    None: (Text("还不能验签名", "Signature cannot be checked yet"), "rest"),
}
"""How `is_signed` is told."""


def is_signed(store: Store, certificate: Certificate) -> bool | None:
    """Whether its lines are those that a laptop of this community signed; of one that is revoked it does not say.

    None where the laptop that signed is one of which this one has not heard.
    """
    if not certificate.digest or certificate.digest != digest_of(certificate, listed(certificate)):
        return False
    try:
        said = read_signed_qr(store, signing(certificate.digest), certificate.signed or "")
    except QrUnheardOf:
        return None
    except Refused:
        return False
    return said.record == certificate.entry


@view(of=Certificate, title=Text("明细", "Lines"), when=lambda each: each.state in OUT)
def lines_listed(store: Store, certificate: Certificate) -> Table:
    """What stands on the paper."""
    columns = ("day", "activity", "content", "minutes", "platform_no")
    return Table.listing(Line, listed(certificate)[:_SHOWN], *columns)


@view(
    of=Certificate,
    title=Text("核对明细", "Look through the lines"),
    when=lambda each: each.state == "checking",
    page=True,
    usual=True,
    icon="check-circle",
)
def look_through(store: Store, certificate: Certificate) -> Grid:
    """Each confirmed service of the period: a tick leaves one out."""
    elsewhere = {id: line.certificate for id, line in certified(certificate.person).items()}
    serials = dict(
        Certificate.select(Certificate.id, Certificate.serial)
        .where(Certificate.id.in_(list(elsewhere.values())))
        .tuples()
    )
    return Grid(
        of=Line,
        title=Text("项目", "Activity"),
        beside=Text("已在", "On already"),
        columns=[
            Cells("day", typed=False),
            Cells("minutes", typed=False),
            Cells("content"),
            Cells("platform_no"),
            Cells("left_out", tick=True),
        ],
        rows=[
            GridRow(each.activity, each.id, beside=serials.get(elsewhere.get(each.source), ""))
            for each in lines_of(certificate)[:_SHOWN]
        ],
        note=_HOW,
        presses=[Link(Text("去出具", "Go and issue it"), Certificate, certificate.id)],
    )


_HOW = Text(
    "不该上纸的打勾；已在另一份证明上的先不列入，时长不重复算。",
    "Tick what is not to stand on the paper. What another one lists is left out at first: no hour is told twice.",
)


@view(of=PERSON, title=Text("证明时长", "Certified hours"))
def record_of(store: Store, person: Record) -> Stats:
    """Hours on valid certificates, each once."""
    minutes = sum(each.minutes for each in certified(person.id).values())
    return Stats([Stat(Text("已开证明", "Certified"), minutes // 60, _HOUR)] if minutes else [])


@view(of=PERSON, title=Text("星级和表彰", "Stars and awards"))
def honours_of(store: Store, person: Record) -> Facts:
    """The stars that were awarded or proposed, trainings and awards: what is recorded beside hours."""
    same = group(PERSON, person.id)
    stars = Star.select().where(Star.person.in_(same)).order_by(Star.level.desc(), Star.id)
    facts: list[tuple[Text | str, object]] = [
        (_STARS, [Link("★" * each.level, Star, each.id), STAR.title_of(each.state)])
        for each in stars
    ]
    for label, model in ((_TRAININGS, Training), (_AWARDS, Award)):
        held = model.select().where(model.person.in_(same)).order_by(model.day.desc())
        facts += [(label, Link(each.name, model, each.id)) for each in held.limit(_FEW)]
    return Facts(facts, tells_of=(Line, Star, Training, Award))


_FEW = 5
"""Of each kind on a person's page."""
_STARS = Text("星级", "Stars")
_TRAININGS = Text("培训", "Training")
_AWARDS = Text("表彰", "Award")


@view(of=PERSON, title=Text("服务证明", "Certificates"))
def certificates_of(store: Store, person: Record) -> Table:
    """What was issued to them, and what is being checked, the newest first."""
    found = Certificate.select().where(Certificate.person.in_(group(PERSON, person.id)))
    return Table.listing(
        Certificate,
        list(found.order_by(Certificate.id.desc()).limit(_SHOWN)),
        *("serial", "since", "until"),
        (_LISTED, lambda each: "" if each.minutes is None else in_hours(each.minutes)),
        "state",
    )


@view(
    of=Certificate,
    title=Text("发到群里", "For the chat"),
    when=lambda each: each.serial is not None,
)
def told(store: Store, certificate: Certificate) -> Chat:
    """Its serial, and nobody's name."""
    said = Text(
        "证明已开，编号{serial}，可扫码查验",
        "Certificate issued: {serial}. Its code can be checked",
    )
    return Chat(said.format(serial=certificate.serial))


@view(title=Text("已开证明", "Issued"), icon="patch-check")
def issued(store: Store) -> Table:
    """What was issued last, and what has changed since; what waits for a person first."""
    query = Certificate.select().where(Certificate.state.in_(OUT))
    found = query.order_by(
        (Certificate.changed.is_null() | Certificate.kept.is_null(False)),
        Certificate.issued_on.desc(),
        Certificate.id.desc(),
    ).limit(_SHOWN)
    return Table.listing(
        Certificate,
        list(found),
        *("serial", "person", "since", "until"),
        (_LISTED, lambda each: in_hours(each.minutes or 0)),
        "state",
        (Text("出具后有变", "Changed since"), _changed),
    )


def _changed(certificate: Certificate) -> object:
    if not certificate.changed:
        return ""
    return Tag(certificate.changed, "rest" if certificate.kept else "stop")


@view(title=Text("要办的证明", "To be done"), card=True, icon="patch-check")
def waiting(store: Store) -> Beside:
    """What was asked for or is being checked, oldest first."""
    found = Certificate.select().where(Certificate.state.in_(("asked", "checking")))
    table = Table.listing(
        Certificate,
        list(found.order_by(Certificate.id).limit(_SHOWN)),
        *("person", "since", "until", "form", "state"),
        note=_unnamed(store),
    )
    begin = Button(Text("开证明", "Issue one"), "certificates.begin_for", icon="plus")
    return Beside([table], presses=[begin])


def _unnamed(store: Store) -> Text | str:
    """What is missing before anything can be issued."""
    if CertificateRules.now(store).issuer:
        return ""
    return Text(
        "还没有填出具单位：在“证明规则”里填居民委员会全称。",
        "No issuer is named yet: name the committee under “Rules of certificates”.",
    )
