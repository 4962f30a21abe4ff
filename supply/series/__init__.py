"""Numbers that are given one after the other, in a series and a year."""
