"""Where a hub is reached: under which names, by which certificates, told to its own network, and by phones."""
