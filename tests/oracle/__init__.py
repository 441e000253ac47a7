"""A second judge in plain Python, written from docs/semantics.md and docs/pack-format.md alone."""
