"""方針: destinations, levels and the decision. Pure."""
