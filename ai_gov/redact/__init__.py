"""伏せ字: placeholders, redaction and restoring, whole and in streams. Pure."""
