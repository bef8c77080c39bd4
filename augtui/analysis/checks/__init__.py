"""What would make a study's numbers worthless, found before any training. Each check is a function of a Subject."""
