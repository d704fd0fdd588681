"""Goods that merchants give: promised, received, shelved, taken, counted, and told to everyone."""
