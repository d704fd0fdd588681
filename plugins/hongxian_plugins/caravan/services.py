"""What is offered at a caravan: services of five kinds, each with its drawing."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian import Text

GRINDING = "grinding"
"""The service that another plugin may take as its own day; while it does, the queue is there."""

KINDS = {
    "life": Text("生活", "Everyday"),
    "booked": Text("预约", "By booking"),
    "advice": Text("咨询", "Advice"),
    "health": Text("健康", "Health"),
    "sale": Text("售卖", "Sale"),
}


@dataclass(frozen=True)
class Service:
    """One of them."""

    title: Text
    kind: str
    icon: str = "tools"
    blades: bool = False
    """What is brought goes back to adults alone."""


SERVICES = {
    GRINDING: Service(Text("磨刀", "Grinding"), "life", "knife", blades=True),
    "haircut": Service(Text("理发", "Haircuts"), "life", "scissors"),
    "screens": Service(Text("换纱窗", "Window screens"), "life", "grid-3x3"),
    "appliances": Service(Text("修小家电", "Small appliances"), "life", "lightbulb"),
    "umbrellas": Service(Text("修伞", "Umbrellas"), "life", "umbrella"),
    "shoes": Service(Text("修鞋", "Shoes"), "life", "bag"),
    "tailor": Service(Text("缝补", "Mending clothes"), "life", "thread"),
    "locks": Service(Text("配钥匙", "Keys"), "life", "key"),
    "bicycles": Service(Text("修自行车", "Bicycles"), "life", "gear"),
    "phones": Service(Text("手机教学", "Help with phones"), "life", "telephone"),
    "photos": Service(Text("拍证件照", "Photos for papers"), "life", "camera"),
    "housework": Service(Text("家政预约", "Household help"), "booked", "house-heart"),
    "visits": Service(Text("上门预约", "Visits at home"), "booked", "calendar-plus"),
    "gas": Service(Text("燃气安检预约", "Gas checks"), "booked", "patch-check"),
    "law": Service(Text("法律咨询", "Legal advice"), "advice", "journal-text"),
    "policy": Service(Text("政策咨询", "Policy advice"), "advice", "chat-square-text"),
    "fraud": Service(Text("反诈宣传", "Against fraud"), "advice", "shield-lock"),
    "waste": Service(Text("垃圾分类宣传", "Sorting waste"), "advice", "trash"),
    "pressure": Service(Text("量血压", "Blood pressure"), "health", "heart-pulse"),
    "clinic": Service(Text("义诊", "Free consultation"), "health", "bandaid"),
    "health_talk": Service(Text("健康讲座", "Health talk"), "health", "megaphone"),
    "produce": Service(Text("农产品", "Farm produce"), "sale", "basket"),
    "groceries": Service(Text("日用品", "Household goods"), "sale", "box-seam"),
}
CHOICES = [(name, each.title) for name, each in SERVICES.items()]
