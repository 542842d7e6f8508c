"""Spells dates out as sentences have them. Knows no calendar beyond the names of the months."""

_MONTHS = "January February March April May June July August September October November December".split()


def spell_date(iso: str) -> str:
    """Return "2024-04-18" as "on 18 April 2024", "2024-04" as "in April 2024", "2024" as "in 2024"."""
    year, month, day = (*iso.split("-"), "", "")[:3]
    if not month:
        return f"in {year}"
    name = _MONTHS[int(month) - 1]
    return f"on {int(day)} {name} {year}" if day else f"in {name} {year}"
