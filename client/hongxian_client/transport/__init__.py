"""The way to the hub: an `address` as people type it, a `line` that is watched, `tls` over it, and the `link`.

A `link` believes the hub alone; what else answers in its place is named by `strangers`. What goes over it
is not known here.
"""
