"""Who we are at the provider of these tests."""

CLIENT, SECRET = "ai-gov", "s3cret-of-the-client"
