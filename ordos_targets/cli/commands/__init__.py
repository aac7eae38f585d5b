"""One module a command: its options, one call of its use case, one way out."""
