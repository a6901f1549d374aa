"""Real servers for tests: PostgreSQL and the queue's broker; no test lives here."""
