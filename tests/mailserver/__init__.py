"""A mail server of one's own, with a certificate, that does as it is told."""
