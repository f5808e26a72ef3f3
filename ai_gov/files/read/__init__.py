"""添付を読む: text out of office files, PDF and text, in memory only; what can't be read says why."""
