"""連携: one module per framework; imported by no other package."""
