"""Words that all else is said in: what a value may be, numbers of incarnations, folding, logs."""
