"""Pages and parts of pages that staff and the person share."""
