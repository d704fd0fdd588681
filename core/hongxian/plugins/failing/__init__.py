"""What is done about plugins that fail: errors are kept, calls are timed, memory is bounded, some are put aside."""
