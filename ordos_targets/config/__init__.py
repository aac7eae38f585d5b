"""From targets.toml to the domain's goals, and back to a starting file. The one place that knows pydantic and TOML."""
