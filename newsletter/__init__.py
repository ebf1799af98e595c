"""Turn an MP's Markdown file into a newsletter, and deliver it once to everyone who asked."""

__version__ = "0.1.0"
