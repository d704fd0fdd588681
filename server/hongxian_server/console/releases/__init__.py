"""Pages of what the hub holds for laptops, plugins and the program itself: a keeper says whom each release goes to."""
