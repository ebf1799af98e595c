"""Hold the revisions; none is ever changed once it has been published."""
