"""Where entries are kept: the Ledger protocol, and one module per engine."""
