"""What every answer bears and every request meets: headers, limits, files, error pages."""
