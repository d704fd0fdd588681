"""What plugins offer, as pages."""
