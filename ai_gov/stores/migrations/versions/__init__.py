"""移行の各版: one module a version, applied in order."""
