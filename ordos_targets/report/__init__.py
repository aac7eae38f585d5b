"""From the domain's report to what is read: cells, and one small writer a format."""
