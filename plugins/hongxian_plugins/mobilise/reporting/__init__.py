"""Who reports: members where they live, and units whose party branch reports; what they offer and what is needed."""
