"""The running program: screens, wiring and the one turn function."""
