"""Decides what to ask and what to do next; pure, replayed from the acts of a visit."""
