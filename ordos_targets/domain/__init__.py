"""What a target, an entry and a period are, and how gaps are computed. Pure: stdlib only, no I/O, no clock."""
