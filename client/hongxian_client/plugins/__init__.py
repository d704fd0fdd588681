"""What plugins offer on a laptop, carried out; and a laptop for their tests."""
