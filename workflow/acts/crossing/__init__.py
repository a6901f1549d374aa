"""Hands a plan over to another municipality's record by signed messages and a sealed package."""
