"""Tests of `align`."""
