"""検知規則: what redaction_rules/ says, checked and compiled."""
