"""How fast, how large: each module prints one table, with a baseline measured in the same run."""
