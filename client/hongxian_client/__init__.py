"""The laptop: its replica, its outbox and its local pages."""
