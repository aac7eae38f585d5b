"""Files of entries from elsewhere, read into rows of texts; what the texts mean is decided above."""
