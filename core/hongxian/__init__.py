"""What a plugin author needs of Hongxian; with peewee, nothing else."""

from hongxian.errors import HongxianError, PluginRefused, Refused
from hongxian.fields import MembersField, Reference, TallyField, adding, plus, removing
from hongxian.hooks import hookimpl
from hongxian.merge import First, Furthest, Largest, Latest, Members, Merge, Smallest, Tally
from hongxian.record import COMMUNITY, Record, new_id, present_store
from hongxian.schema import RecordSchema
from hongxian.store import Store
from hongxian.version import __version__

__all__ = [
    "COMMUNITY",
    "First",
    "Furthest",
    "HongxianError",
    "Largest",
    "Latest",
    "Members",
    "MembersField",
    "Merge",
    "PluginRefused",
    "Record",
    "RecordSchema",
    "Reference",
    "Refused",
    "Smallest",
    "Store",
    "Tally",
    "TallyField",
    "__version__",
    "adding",
    "hookimpl",
    "new_id",
    "plus",
    "present_store",
    "removing",
]
