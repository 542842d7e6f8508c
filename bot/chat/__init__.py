"""The Discord surface: the one place that imports discord. Knows questions, records and cards; decides no answer."""
