"""通知: webhook and syslog."""
