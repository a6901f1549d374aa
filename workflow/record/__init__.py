"""The stored ring: models, database settings and queries; no use case lives here."""
