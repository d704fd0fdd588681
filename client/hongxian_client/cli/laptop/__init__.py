"""Commands about this laptop itself: how it is, what runs on it, who sits at it, by what it is opened."""
