"""読み取り: the only place that knows Sudachi, GiNZA and Presidio."""
