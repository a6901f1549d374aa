"""Real servers for tests: databases, the queue's broker, mail, HTTP and sign-in providers."""
