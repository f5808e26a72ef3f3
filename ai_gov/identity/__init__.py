"""認証基盤: OpenID Connect providers."""
