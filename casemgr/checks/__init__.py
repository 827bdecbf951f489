"""Room: what stands against a report before it is handed in. Rules are data: they block, or ask for an explanation."""
