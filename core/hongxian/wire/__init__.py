"""What travels: messages, pages, bundles, and the digests that compare both ends."""
