"""What is kept of a request: the matter, its road, who reported it and who goes, what happened, what is promised."""
