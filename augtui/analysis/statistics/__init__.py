"""What a difference between two arms is worth. Pure functions of arrays; randomness comes as a Generator."""
