"""Corpora: pairs in and out of files, filtered with an account, without duplicates, split."""
