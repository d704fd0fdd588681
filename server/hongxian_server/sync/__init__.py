"""A sync as the hub answers it, one file for each phase; the laptop's `sync` has the same files.

`enrol` once; then `session` after `session`, where there is `news`: a `request` comes in, `verdicts` and the
`feed` go back. What differs then is mended by `reconcile`; `incarnation` is for lives that were restored or
copied, `files` are photos and scans behind the records, `releases` of plugins come last, with them the
`program` itself, and `bundle` is for a stick in the place of the network. The rest is the hub's alone.
"""
