"""Urdu news in, checked English and parallel text out."""
