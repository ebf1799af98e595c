"""Keep subscribers, suppressions and dispatches: the only package that knows SQL."""
