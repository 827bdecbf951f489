"""Ground: the safe. Keys, sealing, sealed parts, the audit trail, passwords. Nobody else touches a primitive."""
