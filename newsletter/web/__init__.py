"""Answer browsers: the preview for the office, and later the pages for the public."""
