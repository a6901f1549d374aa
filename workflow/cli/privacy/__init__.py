"""Commands over data: proofs, erasure, retention, protection and oversight."""
