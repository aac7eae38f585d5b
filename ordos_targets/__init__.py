"""Track an organisation's yearly targets: goals from TOML, entries in a ledger, the gap to every target."""

__version__ = "0.1.0"
