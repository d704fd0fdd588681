"""What the hub holds for laptops, plugins and the program itself: taken in, sent to some or all, held, let go."""
