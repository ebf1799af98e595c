"""Ask Parliament's open data, politely, and remember the answers for when there is no line."""
