"""検知: from a reading of a text to findings. Pure functions."""
