"""A sync as the hub answers it, one file for each phase; the laptop's `sync` has the same files.

`enrol` once; then `session` after `session`: a `request` comes in, `verdicts` and the `feed` go
back. What differs then is mended by `reconcile`; `incarnation` is for lives that were restored or
copied, and `bundle` for a stick in the place of the network. `releases` of plugins come last. The
rest is the hub's alone.
"""
