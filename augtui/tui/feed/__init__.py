"""From the files of studies to snapshots: folded in a thread, posted to the app, no widget in sight."""
