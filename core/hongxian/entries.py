"""One form for what lies in several records, beside it who may be there already."""

from hongxian.plugins.entries import Alike, entry

__all__ = ["Alike", "entry"]
