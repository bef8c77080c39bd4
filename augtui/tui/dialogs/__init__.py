"""Questions and help, over a screen."""
