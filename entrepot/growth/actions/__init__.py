"""The writers of content."""
