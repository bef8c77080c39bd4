"""Parts of screens. They get values and send messages; they read no file and start no process."""
