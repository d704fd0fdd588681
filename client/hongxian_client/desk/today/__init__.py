"""The first page: the cards of plugins and a month."""
