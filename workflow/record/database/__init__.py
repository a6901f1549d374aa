"""Connections, transactions, statements in each database's own way, migrations and grants."""
