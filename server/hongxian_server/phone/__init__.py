"""Pages for phones: what plugins offer to the one person that it is about, to anybody, and to a wall."""
