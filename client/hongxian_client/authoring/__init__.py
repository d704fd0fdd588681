"""For whoever writes plugins: a beginning, a look for mistakes, and a release."""
