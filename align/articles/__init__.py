"""See the design in CONTRIBUTING.md."""
