"""Changes of the store's tables, in order; run from code at every start, see sql_database.py."""
