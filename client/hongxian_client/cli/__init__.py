"""The command line of a laptop: one module for each family of commands."""

import os
import sys
import time

try:
    time.time()
except OverflowError:
    # Beyond the year 2262 not even Python's own modules can be imported, nor ours that tell of it.
    asked = next(
        filter(None, map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), "zh"
    )
    zh, en = (
        "这台电脑的时钟不对，它说现在晚于 2109 年。请把日期和时间设对再试；数据都在，什么也没有改动。",
        "The clock of this machine is wrong: it tells a time after May 2109. Set date and time right "
        "and try again; all data is there, and nothing was changed.",
    )
    sys.exit(zh if asked.startswith("zh") else en)
