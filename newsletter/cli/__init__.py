"""Turn options into one call, print what it returns, and exit: nothing is decided here."""
