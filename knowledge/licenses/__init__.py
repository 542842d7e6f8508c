"""Licenses as facts: one TOML file a family, read by the catalogue."""
