"""Hongxian itself on a laptop: its versions side by side, putting one in place, starting, changing over, going back.

`home`, `locking`, `installing`, `changing` and `launcher` need the standard library alone, for they live in the
launcher too, which no version brings or takes away.
"""
