"""Puts the assistant on a machine: Debian packages, two Python environments, lock files.

Standard library only and Python 3.11 only: this runs before any environment exists. It must not import
the product, and the product does not import it; what the product needs to know of the machine it finds in
`.venv/one-counter.json`.
"""
