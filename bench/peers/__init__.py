"""One file for each peer: how it is installed, its hub, and its laptop."""
