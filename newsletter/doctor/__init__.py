"""Say whether an office is ready to send, and what to do where it is not."""
