"""On paper: the certificate with its lines, the star card, what is published, and the list for a platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hongxian import Store, Text, document
from hongxian.shapes import Big, Facts, Sheet, Signed, Table
from hongxian.text import sentences
from hongxian_plugins.certificates.checking import code_of, in_hours
from hongxian_plugins.certificates.honours import Star
from hongxian_plugins.certificates.lines import PERSON, listed
from hongxian_plugins.certificates.papers import Certificate, Line
from hongxian_plugins.certificates.settings import EXPORTED, CertificateRules

_SEAL = Text("记录单位", "Recording unit")
_NOT_THERE = Text("未录入平台", "not on the platform")
_NO_COMMERCE = Text(
    "免费出具，不得用于商业目的；伪造、变造依法追究（民政部令第67号 14、16、17）。",
    "Free of charge, not for commercial use; forging is prosecuted (Order 67, 14, 16, 17).",
)
_AUTHORITATIVE = Text(
    "以“{platform}”的记录为准；标“未录入平台”的行不在其中。",
    "The record of “{platform}” is authoritative; lines marked “not on the platform” are not in it.",
)
_HEADS = (
    Text("日期", "Day"),
    Text("项目", "Activity"),
    Text("内容", "Content"),
    Text("时长", "Time"),
    Text("备注", "Note"),
)
_FEW = 8
"""Lines that stand on the certificate itself; of more there is an annex."""


@document(
    of=Certificate,
    title=Text("服务证明", "Certificate"),
    usual=True,
    when=lambda each: each.state == "issued",
)
def certificate_paper(store: Store, certificate: Certificate) -> Sheet:
    """By form 67 time, content and recording unit; by 149 the longer list. The identity number is for a pen."""
    lines = listed(certificate)
    code = code_of(store, certificate)
    shown = lines if len(lines) <= _FEW else []
    annex = [] if shown else [Text("明细见附页。", "The lines stand on the annex.")]
    return Sheet(
        Text("志愿服务记录证明", "Certificate of volunteer service"),
        [
            Facts(list(_facts(store, certificate, lines))),
            *([_table(shown)] if shown else annex),
            *([code] if code else []),
            Text("扫码或凭编号查验", "To be checked by the code or the serial"),
            Signed([Text("经办人", "Handled by")], seal=_SEAL),
        ],
        note=_note(store, lines),
    )


def _facts(
    store: Store, certificate: Certificate, lines: list[Line]
) -> Iterator[tuple[Text | str, object]]:
    is_long = certificate.form == "149"
    yield Text("编号", "Serial"), certificate.serial
    yield Text("姓名", "Name"), store.name_of(PERSON, certificate.person)
    if is_long:
        yield Text("证件号码（用笔填）", "Identity number (by pen)"), None  # kept nowhere
    yield Text("志愿者编号", "Volunteer number"), number_of(store, certificate.person)
    yield (
        Text("服务时间", "Time"),
        Text("{since} 至 {until}，共 {hours}", "{since} to {until}, {hours} in all").format(
            since=certificate.since,
            until=certificate.until,
            hours=in_hours(certificate.minutes or 0),
        ),
    )
    yield Text("服务内容", "Content"), _contents(lines)
    yield Text("记录单位", "Recording unit"), certificate.issuer
    if is_long:
        yield Text("负责人", "Responsible"), certificate.responsible
        yield Text("经办人", "Handled by"), certificate.handler
        yield Text("联系方式", "Contact"), certificate.contact
    yield Text("出具日期", "Issued on"), certificate.issued_on


def _contents(lines: list[Line]) -> str:
    """What they did, each once, as far as a line of paper has room."""
    return "、".join(dict.fromkeys(each.content for each in lines[:_FEW])) + (
        "……" if len(lines) > _FEW else ""
    )


def _table(lines: list[Line]) -> Table:
    return Table(
        _HEADS,
        [
            [
                *(each.day, each.activity),
                "" if each.content == each.activity else each.content,
                in_hours(each.minutes),
                "" if each.platform_no else _NOT_THERE,
            ]
            for each in lines
        ],
    )


def _note(store: Store, lines: list[Line]) -> Text:
    if all(each.platform_no for each in lines):
        return _NO_COMMERCE
    told = _AUTHORITATIVE.format(platform=CertificateRules.now(store).platform)
    return sentences([told, _NO_COMMERCE])


def number_of(store: Store, person: str) -> str | None:
    """The number by which a platform knows a volunteer, where the roster keeps one."""
    if PERSON not in store.collections:
        return None
    held = store.collection(PERSON).model.get_or_none(id=person)
    number: str | None = getattr(held, "volunteer_no", None)
    return number


@document(of=Certificate, title=Text("明细附页", "Annex"), when=lambda each: each.state == "issued")
def annex(store: Store, certificate: Certificate) -> Sheet:
    """Every line of it."""
    lines = listed(certificate)
    return Sheet(
        Text("志愿服务记录证明明细（{serial}）", "Lines of certificate {serial}").format(
            serial=certificate.serial
        ),
        [
            [store.name_of(PERSON, certificate.person), certificate.issuer],
            _table(lines),
            [Text("合计", "In all"), in_hours(certificate.minutes or 0)],
        ],
        note=_note(store, lines),
    )


@document(
    of=Certificate,
    title=Text("公示", "To be published"),
    when=lambda each: each.form == "149" and each.published_on and each.state == "checking",
)
def publicity(store: Store, certificate: Certificate) -> Sheet:
    """What hangs in the unit for a week before it is issued (民发〔2015〕149号)."""
    rules = CertificateRules.now(store)
    minutes = sum(each.minutes for each in listed(certificate))
    return Sheet(
        Text("志愿服务时长公示", "Hours of service, published"),
        [
            Facts(
                [
                    (Text("姓名", "Name"), store.name_of(PERSON, certificate.person)),
                    (Text("起止", "Period"), f"{certificate.since} – {certificate.until}"),
                    (Text("时长", "Hours"), in_hours(minutes)),
                    (Text("公示开始", "Published on"), certificate.published_on),
                    (Text("公示天数", "Days"), rules.publicity_days),
                    (Text("异议联系", "Objections to"), certificate.contact or rules.contact),
                ]
            ),
            Signed([], seal=_SEAL),
        ],
        note=Text("只在本单位内公示。", "Within the unit alone."),
    )


@document(of=Star, title=Text("星级卡", "Star card"), when=lambda each: each.state == "awarded")
def star_card(store: Store, star: Star) -> Sheet:
    """For who was awarded a star."""
    return Sheet(
        Text("志愿者星级卡", "Star of a volunteer"),
        [
            Big("★" * star.level),
            Facts(
                [
                    (Text("姓名", "Name"), store.name_of(PERSON, star.person)),
                    (Text("志愿者编号", "Volunteer number"), number_of(store, star.person)),
                    (Text("评定单位", "Awarded by"), star.awarded_by),
                    (Text("评定日期", "Awarded on"), star.awarded_on),
                ]
            ),
        ],
        note=_NO_COMMERCE,
    )


_COLUMNS: dict[str, tuple[Text, Callable[[Store, Certificate, Line], object]]] = {
    "volunteer_no": (Text("志愿者编号", "Number"), lambda s, c, _: number_of(s, c.person)),
    "name": (Text("姓名", "Name"), lambda s, c, _: s.name_of(PERSON, c.person)),
    "activity": (Text("项目", "Activity"), lambda _, __, line: line.activity),
    "day": (Text("日期", "Day"), lambda _, __, line: line.day),
    "begins": (Text("起", "From"), lambda _, __, line: line.begins),
    "ends": (Text("止", "Until"), lambda _, __, line: line.ends),
    "minutes": (Text("时长", "Time"), lambda _, __, line: in_hours(line.minutes)),
    "content": (Text("内容", "Content"), lambda _, __, line: line.content),
    "unit": (Text("单位", "Unit"), lambda _, c, __: c.issuer),
    "responsible": (Text("负责人", "Responsible"), lambda _, c, __: c.responsible),
}


@document(of=Certificate, title=Text("平台明细", "List for the platform"))
def platform_list(store: Store, certificate: Certificate) -> Sheet:
    """Its lines in the columns and the order that the settings say, to be typed or read in elsewhere."""
    names = columns_of(CertificateRules.now(store).exported)
    return Sheet(
        Text("志愿服务明细", "Lines of service"),
        [
            Table(
                [_COLUMNS[each][0] for each in names],
                [
                    [_COLUMNS[each][1](store, certificate, line) for each in names]
                    for line in listed(certificate)
                ],
            )
        ],
        wide=True,
    )


def columns_of(told: str) -> list[str]:
    """The columns that the settings name, in their order; what is none is passed over."""
    names = [each.strip() for each in told.replace("，", ",").split(",")]
    return [each for each in names if each in _COLUMNS] or EXPORTED.split(",")
