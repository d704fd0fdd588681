"""The pages of this laptop itself: what it is, and its sync by stick."""
