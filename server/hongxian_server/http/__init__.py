"""The hub on the network: the sync API and the server that carries it."""
