"""Law that an administrator may add to: limits that are shorter here, days off, where a clock starts."""
