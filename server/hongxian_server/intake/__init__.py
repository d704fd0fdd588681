"""Taking in what one device sends: checked, merged, judged, kept."""
