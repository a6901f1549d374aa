"""The whole product on one machine, with the registry of its invented municipalities."""
