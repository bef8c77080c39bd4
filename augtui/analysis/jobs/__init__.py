"""The jobs, one module each, so that a small one imports little: from arguments to the answer's result."""
