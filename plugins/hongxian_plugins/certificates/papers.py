"""The certificate with its lines, which its team holds.

What is on a paper that somebody took home stays as it was: lines freeze when it is issued.
"""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, IntegerField, TextField, TimeField

from hongxian import Lasting, Record, Reference, StateField, Text, local_today
from hongxian.checks import RecordSchema, whole_number
from hongxian.merges import Largest
from hongxian.records import same_id
from hongxian_plugins.certificates.settings import FORMS, CertificateRules
from hongxian_plugins.certificates.steps import CERTIFICATE

OUT = ("issued", "revoked")
"""States in which a paper is in somebody's hands."""
_REVOKE = Text("请作废后另开一份", "revoke it and issue another")


class CertificateChecks(RecordSchema):
    """Of a certificate: hours that somebody can have."""

    platform_hours = whole_number(0, 100_000, allow_none=True)


class Certificate(Record):
    """Certificates of service."""

    title = CharField(
        verbose_name=Text("证明", "Certificate"),
        max_length=80,
        default="",
        help_text=Text("姓名和起止，自动填写。", "Name and period, filled in by itself."),
    )
    serial = CharField(
        verbose_name=Text("编号", "Serial"),
        max_length=60,
        null=True,
        index=True,
        help_text=Text("出具时取号，不重用。", "Drawn when it is issued, and never used again."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("给谁开。", "Whose it is."),
    )
    since = DateField(
        verbose_name=Text("从", "From"),
        default=lambda: local_today().replace(month=1, day=1),
        help_text=Text("从哪一天的服务算起。", "The first day of the service."),
    )
    until = DateField(
        verbose_name=Text("到", "Until"),
        default=local_today,
        help_text=Text("到哪一天为止，含当天。", "The last day, included."),
    )
    form = CharField(
        verbose_name=Text("样式", "Form"),
        max_length=3,
        default=CertificateRules.usual("form"),
        choices=FORMS,
        help_text=Text("按哪个文件的样式。", "By which document."),
    )
    state = StateField(CERTIFICATE, help_text=Text("一步一步来。", "One step after the other."))
    minutes = IntegerField(
        verbose_name=Text("分钟", "Minutes"),
        null=True,
        help_text=Text("列入各行之和，出具时定下。", "Of its lines, as it was issued."),
    )
    platform_hours = IntegerField(
        verbose_name=Text("平台时长（小时）", "Hours on the platform"),
        null=True,
        help_text=Text("权威平台上同一期间的时长，供核对。", "Of the same period, to compare."),
    )
    published_on = DateField(
        verbose_name=Text("公示开始", "Published on"),
        null=True,
        help_text=Text("149 号样式：在单位内公示的第一天。", "Of form 149: the first day."),
    )
    issuer = CharField(
        verbose_name=Text("记录单位", "Recording unit"),
        max_length=80,
        null=True,
        help_text=Text("出具单位，按规则填写。", "Who issues, as the rules say."),
    )
    issued_on = DateField(
        verbose_name=Text("出具日期", "Issued on"),
        null=True,
        help_text=Text("开出的那天。", "The day of issue."),
    )
    responsible = CharField(
        verbose_name=Text("负责人", "Responsible"),
        max_length=40,
        null=True,
        help_text=Text("单位负责人。", "The unit's responsible person."),
    )
    handler = CharField(
        verbose_name=Text("经办人", "Handled by"),
        max_length=40,
        null=True,
        help_text=Text("谁办的。", "Who did it."),
    )
    contact = CharField(
        verbose_name=Text("联系方式", "Contact"),
        max_length=40,
        null=True,
        help_text=Text("单位的电话。", "The unit's telephone."),
    )
    seal = BooleanField(
        verbose_name=Text("盖章", "Seal"),
        null=True,
        help_text=Text("纸上是否盖章。", "Whether the paper bears a seal."),
    )
    why = CharField(
        verbose_name=Text("原因", "Reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么作废或不予出具。", "Why it was revoked or declined."),
    )
    changed = CharField(
        verbose_name=Text("依据有变", "Basis changed"),
        max_length=200,
        null=True,
        help_text=Text("出具后哪些记录变了。", "What it was issued on and is otherwise now."),
    )
    kept = CharField(
        verbose_name=Text("保留原因", "Kept because"),
        max_length=200,
        null=True,
        help_text=Text("依据变了仍保留的原因。", "Why it stays valid all the same."),
    )
    digest = CharField(
        verbose_name=Text("明细指纹", "Digest"),
        max_length=64,
        null=True,
        help_text=Text("各行的指纹，出具时算定。", "Of its lines, as it was issued."),
    )
    signed = TextField(
        verbose_name=Text("电脑签名", "Signed"),
        null=True,
        help_text=Text("出具它的电脑对指纹的签名。", "The digest, signed by the laptop."),
    )

    class Meta:
        collection = "certificates.certificate"
        title = Text("服务证明", "Certificates")
        order = "-since"
        checks = CertificateChecks
        lasting = Lasting(
            once={"state": OUT},
            stays=(
                *("serial", "person", "since", "until", "form", "minutes", "issuer", "issued_on"),
                *("responsible", "handler", "contact", "seal", "digest", "signed", "published_on"),
            ),
            instead=_REVOKE,
        )
        read_only = ("title", "serial", "minutes", "issuer", "issued_on", "changed")
        hidden = ("digest", "signed")

    @property
    def entry(self) -> str:
        """The id of its entry in the register."""
        return same_id("certificates.entry", self.id)


class Line(Record):
    """What a certificate lists: one activity of one day."""

    certificate = Reference(
        "certificates.certificate",
        verbose_name=Text("证明", "Certificate"),
        index=True,
        help_text=Text("哪一份证明的。", "On which certificate."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        help_text=Text("谁服务的。", "Who served."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"), help_text=Text("服务那天。", "The day of it.")
    )
    begins = TimeField(
        verbose_name=Text("起", "From"), null=True, help_text=Text("几点到。", "When they came.")
    )
    ends = TimeField(
        verbose_name=Text("止", "Until"), null=True, help_text=Text("几点离。", "When they left.")
    )
    activity = CharField(
        verbose_name=Text("项目", "Activity"),
        max_length=120,
        help_text=Text("活动名称。", "What it was."),
    )
    content = CharField(
        verbose_name=Text("内容", "Content"),
        max_length=120,
        help_text=Text("做了什么；出具前可改。", "What they did; may be put otherwise before."),
    )
    minutes = IntegerField(
        verbose_name=Text("分钟", "Minutes"),
        help_text=Text("确认了的时长。", "As it was confirmed."),
    )
    platform_no = CharField(
        verbose_name=Text("市里平台的活动号", "Number on the city's platform"),
        max_length=60,
        null=True,
        help_text=Text(
            "空着的，纸上标“未录入平台”。", "Empty: marked on paper as not on the platform."
        ),
    )
    source = CharField(
        verbose_name=Text("依据", "Source"),
        max_length=40,
        index=True,
        help_text=Text("哪一条服务记录。", "The record of service that it follows from."),
    )
    left_out = BooleanField(
        verbose_name=Text("不列入", "Leave out"),
        default=False,
        help_text=Text("出具前打勾的不上纸。", "Ticked before it is issued: not on the paper."),
    )
    on_paper = BooleanField(
        verbose_name=Text("已上纸", "On paper"),
        default=False,
        help_text=Text("出具时定下，不再改。", "Said as it was issued, and stays."),
    )

    class Meta:
        collection = "certificates.line"
        title = Text("证明明细", "Lines of certificates")
        menu = False
        order = "day"
        lasting = Lasting(once="on_paper", stays="all", instead=_REVOKE)
        merges = {"on_paper": Largest()}
        also_called = {"platform_no": ("平台活动号",)}
        read_only = ("begins", "ends", "on_paper")
