"""Hongxian and its peers on one machine, with the same rows, in one run: `make bench`."""

import os

# Nobody is there to be asked for a passphrase. What encryption costs is measured by itself: `python -m bench.sealed`.
os.environ.setdefault("HONGXIAN_ENCRYPTION", "off")
