"""A pretended engine and supervisor: they write the logs that the real ones write, with the real writer."""
