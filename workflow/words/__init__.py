"""What people read, by code, in bokmål; translation happens in `workflow.language`."""
