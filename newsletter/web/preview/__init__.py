"""Show an issue in the browser while it is written, on this machine only."""
