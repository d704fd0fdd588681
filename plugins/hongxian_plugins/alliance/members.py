"""Who takes part: institutions and merchants, who speaks for them, and what was agreed with each."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, TextField

from hongxian import FileField, PhoneField, Record, Reference, Text
from hongxian.records import COMMUNITY
from hongxian_plugins.alliance.words import MEMBERS

UNNAMED = Text("不具名", "Unnamed")


class Member(Record):
    """Members."""

    name = CharField(
        verbose_name=Text("单位", "Member"),
        max_length=60,
        index=True,
        help_text=Text("单位或店的全称。", "Its name in full."),
    )
    kind = CharField(
        verbose_name=Text("类别", "Kind"),
        max_length=12,
        default="institution",
        choices=MEMBERS,
        help_text=Text("哪一类成员。", "What it is."),
    )
    branch = CharField(
        verbose_name=Text("党支部", "Party branch"),
        max_length=60,
        null=True,
        help_text=Text("共建的党支部；没有就留空。", "Its branch, if it has one."),
    )
    public_name = CharField(
        verbose_name=Text("公示名称", "Public name"),
        max_length=60,
        null=True,
        help_text=Text(
            "公示和感谢里怎么称呼；留空就用单位名。",
            "What it is called in public; empty for its name.",
        ),
    )
    unnamed = BooleanField(
        verbose_name=Text("公示不具名", "Unnamed in public"),
        default=False,
        help_text=Text(
            "捐赠人不愿具名的打勾（慈善法 82）。", "Ticked where the donor wants no name."
        ),
    )

    class Meta:
        collection = "alliance.member"
        title = Text("联盟成员", "Members")
        scope = COMMUNITY
        order = "name"
        known_by = ("name",)
        also_called = {"name": ("单位名称", "商户", "店名", "成员"), "branch": ("支部",)}

    @property
    def called(self) -> Text | str:
        """What it is called in public."""
        return UNNAMED if self.unnamed else self.public_name or self.name


class Contact(Record):
    """Who speaks for a member. Of the team that knows them alone."""

    member = Reference(
        "alliance.member",
        on_delete="with",
        verbose_name=Text("单位", "Member"),
        index=True,
        help_text=Text("哪家的。", "Of which member."),
    )
    name = CharField(
        verbose_name=Text("联系人", "Contact"),
        max_length=40,
        help_text=Text("找谁。", "Whom to ask for."),
    )
    phone = PhoneField(
        verbose_name=Text("电话", "Phone"),
        null=True,
        help_text=Text("只在本队的电脑上。", "On the team's laptops alone."),
    )

    class Meta:
        collection = "alliance.contact"
        title = Text("联系人", "Contacts")
        menu = False
        secret = ("phone",)
        also_called = {"phone": ("联系电话", "手机")}


class Agreement(Record):
    """Agreements."""

    member = Reference(
        "alliance.member",
        verbose_name=Text("单位", "Member"),
        index=True,
        help_text=Text("和谁签的。", "With whom."),
    )
    begins = DateField(
        verbose_name=Text("起", "From"), help_text=Text("从哪天起。", "Its first day.")
    )
    until = DateField(
        verbose_name=Text("止", "Until"), help_text=Text("到哪天止。", "Its last day.")
    )
    terms = TextField(
        verbose_name=Text("共建内容", "Terms"),
        null=True,
        help_text=Text("双方各做什么。", "What each side does."),
    )
    scan = FileField(
        verbose_name=Text("协议扫描件", "Scan"),
        help_text=Text("签好的协议。", "The signed agreement."),
    )

    class Meta:
        collection = "alliance.agreement"
        title = Text("共建协议", "Agreements")
        menu = False
        scope = COMMUNITY
        order = "-until"
