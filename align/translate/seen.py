"""What a model sees of a text: the key under which its translation is remembered."""

from __future__ import annotations

from align.text.normalize import normalize


def seen_by_model(text: str) -> str:
    r"""Normalise; half surrogates, which undecodable bytes leave, cannot be encoded at all.

    >>> seen_by_model("كراچي ۲۵\udcff")
    'کراچی 25?'
    """
    return normalize(text.encode("utf-8", "replace").decode("utf-8"))
