"""Service: activities, who attended and what was counted."""
