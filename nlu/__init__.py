"""Japanese text to meaning: what a resident said, as facts and reasons."""
