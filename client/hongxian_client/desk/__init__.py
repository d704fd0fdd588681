"""The desk: the laptop's own pages in the browser, the same work as the command line's."""
