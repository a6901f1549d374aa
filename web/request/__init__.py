"""What one request has at hand: reader, clock, language, database, municipality, its guard."""
