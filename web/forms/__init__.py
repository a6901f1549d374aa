"""Form models as fields on a page, and back."""
