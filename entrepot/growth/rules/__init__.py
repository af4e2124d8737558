"""Pure decisions about content."""
