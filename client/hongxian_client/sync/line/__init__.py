"""The line to the hub: what it carries at once, files that come part by part, and the channel that rings."""
