"""A request: the matter alone, which the whole community may see. Who reported it is kept apart (`people`)."""

from __future__ import annotations

from peewee import CharField, DateField, DateTimeField, IntegerField, TextField

from hongxian import (
    Book,
    FileField,
    Lasting,
    Record,
    Reference,
    SeriesField,
    StateField,
    Text,
    computed,
    local_now,
)
from hongxian.codes import record_code
from hongxian.merges import First, Largest, Smallest
from hongxian.records import COMMUNITY
from hongxian_plugins.requests.kept.flow import REQUEST
from hongxian_plugins.requests.kept.kinds import CHANNELS, CHOICES, RATINGS, URGENCIES


class RequestBook(Book):
    """Books of numbers for requests."""

    class Meta:
        collection = "requests.book"
        title = Text("报事号簿", "Books of numbers")
        scope = COMMUNITY
        menu = False


class Request(Record):
    """Requests."""

    title = CharField(
        verbose_name=Text("什么事", "What"),
        max_length=500,
        help_text=Text(
            "一句话，不写姓名、电话、门牌：那些写在诉求人里。",
            "In a sentence, without names, telephones and rooms: those belong to the reporter.",
        ),
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        index=True,
        help_text=Text("到幢或路段，如：3幢东侧。", "To the building or the stretch of road."),
    )
    number = SeriesField(
        RequestBook,
        per="year",
        written="BS{period}-{number:04}",
        verbose_name=Text("编号", "Number"),
        null=True,
        help_text=Text("自动编，不联网也编。", "Drawn by itself, without a network too."),
    )
    kind = CharField(
        verbose_name=Text("类别", "Kind"),
        max_length=10,
        choices=CHOICES,
        default="other",
        index=True,
        help_text=Text("选最像的。", "The nearest."),
    )
    state = StateField(REQUEST, help_text=Text("一步一步来。", "One step after the other."))
    due = DateField(
        verbose_name=Text("时限", "Due"),
        null=True,
        index=True,
        help_text=Text(
            "从报事算起，只会提前，退单也不重算。",
            "Counted from the report; it may come nearer, and no return moves it.",
        ),
    )
    team = CharField(
        verbose_name=Text("承办", "Team"),
        max_length=40,
        null=True,
        index=True,
        help_text=Text("哪支队在办。", "Which team has it."),
    )
    urgency = CharField(
        verbose_name=Text("缓急", "Urgency"),
        max_length=10,
        choices=URGENCIES,
        default="ordinary",
        help_text=Text(
            "有危险先打 110、119、120，再登记。", "In danger call 110, 119 or 120 first."
        ),
    )
    photo = FileField(
        verbose_name=Text("照片", "Photo"),
        types=("image",),
        help_text=Text("拍事，不拍人脸和车牌。", "Of the thing; no faces and plates."),
    )
    reported_at = DateTimeField(
        verbose_name=Text("报事时间", "Reported"),
        default=local_now,
        help_text=Text("时限从这一刻算。", "The clock starts here."),
    )
    channel = CharField(
        verbose_name=Text("来源", "Source"),
        max_length=8,
        choices=CHANNELS,
        default="here",
        help_text=Text("怎么来的。", "How it came."),
    )
    outside_no = CharField(
        verbose_name=Text("外部工单号", "Their number"),
        max_length=40,
        null=True,
        index=True,
        help_text=Text("12345 等转来的工单号。", "Under which 12345 or another has it."),
    )
    result = TextField(
        verbose_name=Text("结果", "Result"),
        null=True,
        help_text=Text("怎么办的，居民会看到。", "What was done; the resident reads it."),
    )
    after = FileField(
        verbose_name=Text("办后照片", "Photo afterwards"),
        types=("image",),
        help_text=Text("办好后同一处再拍一张。", "The same spot once it is done."),
    )
    answered_at = DateTimeField(
        verbose_name=Text("答复时间", "Answered"),
        null=True,
        help_text=Text("办结或说明的时刻。", "When it was done or explained."),
    )
    rating = CharField(
        verbose_name=Text("评价", "Rating"),
        max_length=1,
        null=True,
        choices=RATINGS,
        help_text=Text("居民自己说的；没说就留空。", "The resident's own word; empty without one."),
    )
    reason = CharField(
        verbose_name=Text("原因", "Reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么退、挂、转或不受理。", "Why it was returned, held or is not ours."),
    )
    responsible = CharField(
        verbose_name=Text("谁负责", "Who is responsible"),
        max_length=80,
        null=True,
        help_text=Text("不是我们的，要告诉居民该找谁。", "Not ours: whom the resident should ask."),
    )
    extended_to = DateField(
        verbose_name=Text("延期到", "Extended to"),
        null=True,
        help_text=Text("只能延一次，理由要告诉居民。", "Once, and the resident hears why."),
    )
    due_again = DateField(
        verbose_name=Text("重开时限", "Due again"),
        null=True,
        help_text=Text("重开以后的时限。", "Since it was reopened."),
    )
    dispatched_at = DateTimeField(
        verbose_name=Text("派单时间", "Dispatched"),
        null=True,
        help_text=Text("最近一次派单。", "The last time."),
    )
    same_as = Reference(
        "requests.request",
        on_delete="clear",
        verbose_name=Text("同一件", "Same as"),
        null=True,
        index=True,
        help_text=Text("和哪一件是同一件事；各自留号，一起办。", "Linked, not merged."),
    )
    turn = IntegerField(
        verbose_name=Text("第几轮", "Turn"),
        default=0,
        help_text=Text("重开一次加一。", "Reopened."),
    )
    archived_on = DateField(
        verbose_name=Text("归档日期", "Filed on"),
        null=True,
        help_text=Text("归档那天。", "The day of filing."),
    )

    class Meta:
        collection = "requests.request"
        title = Text("报事单", "All requests")
        scope = COMMUNITY
        known_by = ("outside_no",)
        also_called = {
            "outside_no": ("工单号", "工单编号"),
            "title": ("内容", "诉求内容", "工单内容", "事项"),
            "place": ("地址", "诉求地点"),
            "reported_at": ("时间", "受理时间", "来电时间"),
            "due": ("办理时限", "截止时间"),
        }
        merges = {
            "due": Smallest(tells=False),
            "extended_to": First(),
            "due_again": Largest(),
            "turn": Largest(),
        }
        hidden = ("turn",)
        read_only = ("number", "dispatched_at", "due_again", "answered_at")
        lasting = Lasting(
            stays=("number", "reported_at"),
            instead=Text("不是我们的请“不予受理”并写明谁负责", "reject it and say whose it is"),
        )

    @computed(CharField(verbose_name=Text("查询码", "Code")))
    def track(self) -> str:
        """By which whoever reported it follows it, without a name."""
        return record_code(self)

    @computed(DateField(verbose_name=Text("何时前", "By")))
    def by(self) -> object:
        """The day that counts: since it was reopened, as extended, or as promised."""
        return self.due_again or self.extended_to or self.due


def put(request: Request, state: str) -> None:
    """Save it as it is, in a state."""
    request.state = state  # type: ignore[assignment]
    request.save()
