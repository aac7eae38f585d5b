"""Ledgers: what each of them does, and an engine for a file and for a server."""
