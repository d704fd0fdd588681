"""A fair, its stalls and their posts: the whole community's, and anybody's to read.

A stall says which team runs it: that team's laptops give its numbers and hold its slips.
"""

from __future__ import annotations

from collections.abc import Sequence

from peewee import BooleanField, CharField, DateField, IntegerField, TimeField

from hongxian import (
    Record,
    Reference,
    State,
    StateField,
    Store,
    Text,
    Transition,
    Workflow,
    computed,
    local_today,
)
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.records import present_store, shown_if
from hongxian_plugins.caravan.services import CHOICES, SERVICES
from hongxian_plugins.caravan.settings import CaravanRules

FAIR = Workflow(
    State("planned", Text("筹备", "Planned")),
    State("signing_up", Text("报名", "Signing up")),
    State("moved", Text("改期", "Put off"), needs=("reason",), tone="wait"),
    State("under_way", Text("进行", "Under way"), tone="now"),
    State("packing", Text("收摊", "Packing up"), tone="now"),
    State("called_off", Text("取消", "Called off"), needs=("reason",), tone="stop"),
    State("archived", Text("归档", "Archived"), tone="done"),
    Transition(
        "sign_up_begins", Text("开始报名", "Let people sign up"), ("planned", "moved"), "signing_up"
    ),
    Transition("begin", Text("开始", "Begin"), ("planned", "signing_up", "moved"), "under_way"),
    Transition("pack", Text("收摊", "Pack up"), "under_way", "packing"),
    Transition("archive", Text("归档", "Archive"), "packing", "archived"),
    Transition(
        "put_off",
        Text("改期", "Put off"),
        ("planned", "signing_up", "moved"),
        "moved",
        asks=("date", "reason"),
        usual=False,
    ),
    Transition(
        "call_off",
        Text("取消", "Call off"),
        ("planned", "signing_up", "moved", "under_way"),
        "called_off",
        usual=False,
    ),
)
STALL = Workflow(
    State("waiting", Text("待开", "To open")),
    State("open", Text("开", "Open"), tone="now"),
    State("full", Text("停号", "No more numbers"), tone="wait"),
    State("closed", Text("收", "Closed"), tone="done"),
    Transition("open", Text("开摊", "Open"), ("waiting", "full"), "open"),
    Transition("stop_numbers", Text("停号", "No more numbers"), "open", "full", usual=False),
    Transition("close", Text("收摊", "Close"), ("open", "full"), "closed"),
)
PROVIDERS = (
    ("volunteer", Text("志愿者", "Volunteers")),
    ("medical", Text("医务人员", "Medical staff")),
    ("paid", Text("收费摊", "Paid trader")),
)


WHICH_FAIR = Reference(
    "caravan.fair",
    verbose_name=Text("哪次大篷车", "Caravan"),
    help_text=Text("留空看最近的一次。", "Empty for the next one."),
    null=True,
)
"""What a page of one fair asks for; it shows the next one where nothing is said."""
NO_FAIR = Text("没有要来的大篷车。", "No caravan is coming.")


class Fair(Record):
    """Caravans."""

    title = CharField(
        verbose_name=Text("名称", "Title"),
        max_length=60,
        help_text=Text("如：红管大篷车 3月。", "What it is called."),
    )
    date = DateField(
        verbose_name=Text("日期", "Date"), index=True, help_text=Text("哪一天。", "Which day.")
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        help_text=Text("在哪里。", "Where it is."),
    )
    rain_plan = CharField(
        verbose_name=Text("雨天怎么办", "If it rains"),
        max_length=80,
        null=True,
        help_text=Text("如：改到示例活动室。", "Such as another room."),
    )
    opens = TimeField(
        verbose_name=Text("开始", "Opens"),
        default=CaravanRules.usual("opens"),
        help_text=Text("几点。", "When."),
    )
    closes = TimeField(
        verbose_name=Text("结束", "Closes"),
        default=CaravanRules.usual("closes"),
        help_text=Text("几点。", "When."),
    )
    platform_no = CharField(
        verbose_name=Text("市里平台的活动号", "Number on the city's platform"),
        max_length=40,
        null=True,
        help_text=Text("市或全国系统里的活动编号。", "In the city's or the ministry's system."),
    )
    reason = CharField(
        verbose_name=Text("改期或取消原因", "Why put off or called off"),
        max_length=80,
        null=True,
        help_text=Text("如：下雨。", "Such as rain."),
    )
    state = StateField(FAIR, help_text=Text("一步一步来。", "One step after the other."))

    class Meta:
        collection = "caravan.fair"
        title = Text("大篷车", "Caravans")
        scope = "community"
        order = "-date"
        known_by = ("date", "title")
        also_called = {
            "title": ("活动", "活动名称"),
            "opens": ("开始时间",),
            "closes": ("结束时间",),
            "platform_no": ("平台活动号", "平台编号"),
        }


def _own_team() -> str | None:
    """The team of a laptop that has one alone."""
    store = present_store()
    teams = list(store.writer().teams)
    team = store.collection("hongxian.team").model
    found = team.get_or_none(team.key == teams[0]) if len(teams) == 1 else None
    return found.id if found else None


class StallChecks(RecordSchema):
    """Of a stall: a letter that can be called out, people that an hour has."""

    letter = plain_text(
        3,
        (
            r"[^\s–\-]+\Z",
            Text("一两个字，没有空格和横线。", "A letter or two, no blanks or dashes."),
        ),
    )
    per_hour = whole_number(1, 200, allow_none=True)


class Stall(Record):
    """Stalls."""

    fair = Reference(
        "caravan.fair",
        on_delete="with",
        verbose_name=Text("哪次", "Caravan"),
        index=True,
        help_text=Text("哪次大篷车。", "Which caravan."),
    )
    service = CharField(
        verbose_name=Text("项目", "Service"),
        max_length=12,
        choices=CHOICES,
        help_text=Text("做什么。", "What is offered."),
    )
    letter = CharField(
        verbose_name=Text("摊位", "Letter"),
        max_length=3,
        help_text=Text("摊位号，写在号条上，如 A。", "On the sign and on slips, such as A."),
    )
    team = Reference(
        "hongxian.team",
        verbose_name=Text("哪个队", "Team"),
        default=_own_team,
        null=True,
        help_text=Text("由哪个队发号；那个队的电脑才看得到号。", "Whose laptops give its numbers."),
    )
    provider = CharField(
        verbose_name=Text("谁来做", "By whom"),
        max_length=9,
        choices=PROVIDERS,
        default="volunteer",
        help_text=Text(
            "收费摊分开摆，没有志愿时长。", "Paid stalls stand apart and give no hours."
        ),
    )
    filing_no = shown_if(
        CharField(
            verbose_name=Text("备案号或执照号", "Filing or licence no."),
            max_length=40,
            null=True,
            help_text=Text(
                "义诊、健康讲座的备案号；收费摊的执照号。", "Of a medical stall or a trader."
            ),
        ),
        "provider",
        "medical",
        "paid",
    )
    prices = shown_if(
        CharField(
            verbose_name=Text("价目", "Prices"),
            max_length=120,
            null=True,
            help_text=Text("收费摊的明码标价。", "What a trader takes, shown on the sign."),
        ),
        "provider",
        "paid",
    )
    per_hour = IntegerField(
        verbose_name=Text("每小时几人", "People an hour"),
        null=True,
        help_text=Text("用来估算要等多久。", "Tells how long people wait."),
    )
    adults_only = BooleanField(
        verbose_name=Text("只交成年人", "To adults alone"),
        default=False,
        help_text=Text("刀剪只交还给成年人。", "Blades are handed to adults alone."),
    )
    state = StateField(
        STALL, help_text=Text("开摊、停号、收摊。", "Open, no more numbers, closed.")
    )

    class Meta:
        collection = "caravan.stall"
        title = Text("摊位", "Stalls")
        scope = "community"
        menu = False
        claims = [("fair", "letter")]
        known_by = ("fair", "letter")
        also_called = {"service": ("服务项目", "服务"), "letter": ("摊位号",)}
        checks = StallChecks

    @computed(CharField(verbose_name=Text("叫法", "Called")))
    def called(self) -> str:
        """As people call it: A 磨刀."""
        return f"{self.letter} {SERVICES[self.service].title.zh}"

    @property
    def told(self) -> Text:
        """The same in both languages."""
        return Text.of("{letter} {service}").format(
            letter=self.letter, service=SERVICES[self.service].title
        )

    @property
    def minutes_each(self) -> int | None:
        """About how long one takes."""
        return -(-60 // self.per_hour) if self.per_hour else None


def coming_fairs() -> list[Fair]:
    """Those of today and later that are not called off, the next one first."""
    query = Fair.select().where(Fair.date >= local_today(), Fair.state != "called_off")
    return list(query.order_by(Fair.date, Fair.opens))


def fair_meant(id: str | None) -> Fair | None:
    """The fair that was named, or the next one; None where there is none."""
    return Fair.get_or_none(Fair.id == id) if id else next(iter(coming_fairs()), None)


def stalls_of(fair: str) -> list[Stall]:
    """A fair's stalls by their letters."""
    return sorted(
        Stall.select().where(Stall.fair == fair), key=lambda e: (len(e.letter), e.letter, e.id)
    )


def is_ours(store: Store, stall: Stall) -> bool:
    """Whether this laptop is of the team that runs a stall; one of no team's anybody does."""
    key = team_key(store, stall)
    return not key or key in store.writer().teams


def team_key(store: Store, stall: Stall) -> str:
    """The scope of the team that runs a stall; "" where that is not said."""
    return team_keys(store, [stall])[stall.id]


def team_keys(store: Store, stalls: Sequence[Stall]) -> dict[str, str]:
    """The same of several stalls by their ids."""
    team, ids = store.collection("hongxian.team").model, {each.team for each in stalls} - {None}
    found = team.select().where(team.id.in_(list(ids))) if ids else ()
    keys = {each.id: str(each.key) for each in found}
    return {each.id: keys.get(each.team, "") for each in stalls}
