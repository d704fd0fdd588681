"""Who helps at which stall and shift, came and left: hours follow from there."""
