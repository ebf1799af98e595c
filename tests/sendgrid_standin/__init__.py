"""Stand in for SendGrid on this machine: a real HTTP server that keeps SendGrid's rules."""
