"""What a plugin author needs of Hongxian; with peewee, nothing else."""

from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.circles import begin_circle, laptops_inside, laptops_outside, let_in, let_out
from hongxian.codes import read_signed_qr, signed_qr
from hongxian.collections.builtin import Consent, Device, Task
from hongxian.collections.local_time import day_on_paper, local_now, local_today
from hongxian.collections.references import StillUsed
from hongxian.collections.store_protocol import present_store, refused_among
from hongxian.contracts import Goods, Hours, Matter, Slot
from hongxian.doubles import Doubles, canonical, group, join_doubles, part_doubles
from hongxian.engine.store import Store
from hongxian.errors import HongxianError, QuotaShort, Refused, Taken
from hongxian.files import attach, content_of
from hongxian.given import given
from hongxian.kinds.file import MB, File, FileField
from hongxian.kinds.members import MembersField, adding, removing
from hongxian.kinds.person import PersonField, Somebody
from hongxian.kinds.phone import PhoneField
from hongxian.kinds.quota import QuotaField
from hongxian.kinds.reference import Reference
from hongxian.kinds.saying import Saying
from hongxian.kinds.state import StateField
from hongxian.kinds.tally import TallyField, plus
from hongxian.kit.duties import Due, every, reminder
from hongxian.kit.giving import gives, takes
from hongxian.kit.numbers import Book, SeriesField, hand_over
from hongxian.kit.rules import Mark, rule
from hongxian.kit.seen import Seen
from hongxian.kit.settings import Settings
from hongxian.merges.merge import (
    First,
    Furthest,
    Largest,
    Latest,
    Members,
    Merge,
    Quota,
    Smallest,
    Tally,
)
from hongxian.merges.quota import Amounts
from hongxian.model.claim import Claim
from hongxian.model.computed import computed
from hongxian.model.keep import Keep
from hongxian.model.lasting import Lasting
from hongxian.model.lines import Lines, Look
from hongxian.model.record import COMMUNITY, Record, new_id
from hongxian.model.row import RecordView
from hongxian.model.workflow import State, Transition, Workflow
from hongxian.plugins.hooks import hookimpl
from hongxian.plugins.offers import CalendarEntry, Pages, action, document, view
from hongxian.plugins.steps import step
from hongxian.plugins.viewer import Viewer
from hongxian.quotas import give_back, grant, pass_on, same_id, spend, spendable
from hongxian.shapes.board import Board, Head, Held
from hongxian.shapes.cells import Button, Link, Print, Qr
from hongxian.shapes.chart import Chart
from hongxian.shapes.chat import Chat
from hongxian.shapes.grid import Cells, Grid, GridRow
from hongxian.shapes.stat import Stat, Stats
from hongxian.shapes.table import Table
from hongxian.text import Text, joined, sentences
from hongxian.version import __version__
from hongxian.words.incarnation import HUB
from hongxian.words.values import Value, Values

__all__ = [
    "COMMUNITY",
    "HUB",
    "MB",
    "Amounts",
    "Board",
    "Book",
    "Button",
    "CalendarEntry",
    "Cells",
    "Chart",
    "Chat",
    "Claim",
    "Consent",
    "Device",
    "Doubles",
    "Due",
    "File",
    "FileField",
    "First",
    "Furthest",
    "Goods",
    "Grid",
    "GridRow",
    "Head",
    "Held",
    "HongxianError",
    "Hours",
    "Keep",
    "Largest",
    "Lasting",
    "Latest",
    "Lines",
    "Link",
    "Look",
    "Mark",
    "Matter",
    "Members",
    "MembersField",
    "Merge",
    "Pages",
    "PersonField",
    "PhoneField",
    "Print",
    "Qr",
    "Quota",
    "QuotaField",
    "QuotaShort",
    "Record",
    "RecordSchema",
    "RecordView",
    "Reference",
    "Refused",
    "Saying",
    "Seen",
    "SeriesField",
    "Settings",
    "Slot",
    "Smallest",
    "Somebody",
    "Stat",
    "State",
    "StateField",
    "Stats",
    "StillUsed",
    "Store",
    "Table",
    "Taken",
    "Tally",
    "TallyField",
    "Task",
    "Text",
    "Transition",
    "Value",
    "Values",
    "Viewer",
    "Workflow",
    "__version__",
    "action",
    "adding",
    "attach",
    "begin_circle",
    "canonical",
    "computed",
    "content_of",
    "day_on_paper",
    "document",
    "every",
    "give_back",
    "given",
    "gives",
    "grant",
    "group",
    "hand_over",
    "hookimpl",
    "join_doubles",
    "joined",
    "laptops_inside",
    "laptops_outside",
    "let_in",
    "let_out",
    "local_now",
    "local_today",
    "new_id",
    "part_doubles",
    "pass_on",
    "plain_text",
    "plus",
    "present_store",
    "read_signed_qr",
    "refused_among",
    "reminder",
    "removing",
    "rule",
    "same_id",
    "sentences",
    "signed_qr",
    "spend",
    "spendable",
    "step",
    "takes",
    "view",
    "whole_number",
]
