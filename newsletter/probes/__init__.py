"""Ask the world what `newsletter doctor` wants to know."""
