"""What the app costs, in a real tmux: beside the bars that it has to hold, and beside an empty Textual app."""
