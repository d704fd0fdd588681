"""What travels: envelopes, pages, bundles, and the digests that compare both ends."""
