"""Models as facts: one TOML file a developer, read by the catalogue."""
