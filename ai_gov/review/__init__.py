"""確認と公開: what a second person must have approved before it goes out, and how it is marked. Pure."""
