"""The register of people, and who steps in for whom."""
