"""A town: many communities served by one process, each a hub in a folder of its own below the town's.

Nothing of one reaches another: each has its database, its key, its laptops and its keeper.
"""
