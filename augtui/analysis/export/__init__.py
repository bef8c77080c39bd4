"""A study's numbers in the formats of other programs."""
