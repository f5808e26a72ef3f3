"""業務の流れ: the only place that sequences IO, through ports."""
