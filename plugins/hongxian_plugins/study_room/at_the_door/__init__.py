"""An evening at the door: a day is opened, children come and go, and who is in stands on one board."""
