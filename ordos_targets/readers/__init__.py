"""Files of entries from elsewhere: from bytes to cells, and from cells to the rows of a table."""
