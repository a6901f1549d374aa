"""What in an access log a human must look at."""
