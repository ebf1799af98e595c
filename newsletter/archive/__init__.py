"""Turn what was sent into a website of past issues: pages, feeds, calendars and a search."""
