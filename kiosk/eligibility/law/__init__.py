"""The law as data: numbers, dates and rates with the days from which they hold, each beside its source.

The tables lie here as TOML; `reading` checks them at start, `tables` says what they mean. A change of law is a change
of these files.
"""
