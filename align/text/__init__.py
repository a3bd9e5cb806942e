"""Urdu and English text: normalisation, sentences, languages, numbers, names."""
