"""人と組織: organisations, departments, roles, keys and who may do what. Pure."""
