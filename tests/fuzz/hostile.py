"""Texts that try to be more than text: in pages, on terminals, as names of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

MARK: Final = "owned"  # what the title of a page is where a script ran
_SCRIPT: Final = f"document.title='{MARK}'"
MARKUP: Final = (
    f"</script><script>{_SCRIPT}</script>",
    f"</style></title></textarea><script>{_SCRIPT}</script>",
    f'"><img src=x onerror="{_SCRIPT}">',
    f"'><svg/onload={_SCRIPT}>",
    f'" onmouseover="{_SCRIPT}" style="position:fixed;inset:0" x="',
    f"javascript:{_SCRIPT}//",
    f"--><script>{_SCRIPT}</script><!--",
    f"]]><script>{_SCRIPT}</script>",
    '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=//evil.example">',
    '<iframe srcdoc="<script>parent.document.title=1</script>"></iframe>',
    "{{ 7*7 }}{% include '/etc/passwd' %}${7*7}",
    f"&lt;script&gt;{_SCRIPT}&lt;/script&gt;&#60;b&#62;",
    "</tuv></tu><tu>&evil;",
)
# Clear the screen, set the title, move up and overwrite, a link, a bell; text in another order.
STEERING: Final = (
    "\x1b[2J\x1b[H", "\x1b]0;title\x07", "a\rb\x1b[1A", "\x1b]8;;https://evil.example\x1b\\x",
    "\x9b31m", "\u202egpj.exe", "\u2066a\u2069\u202a", "a\u2028b\x85c\x0cd\x0be",
)  # fmt: skip
HIDDEN: Final = frozenset(
    map(chr, (*range(9), 11, 12, *range(14, 32), *range(127, 160), 0x2028, 0x2029,
              *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)  # fmt: skip
URDU: Final = "لاہور میں بارش ہوئی اور سڑکیں بند رہیں"
NAMES: Final = (
    "../../x", "/etc/passwd", "..", ".", "", "a" * 300, "ب" * 300, "CON", "nul.txt", "com1",
    "LPT¹", "a.", "a...", "a ", "new\nline", "a/b", "a\\b", "*?<>|\":", "~root", "-rf", "$(id)",
    "%2e%2e%2f", "A", "a", "é", "e\u0301", *MARKUP, *STEERING, "\x00",
)  # fmt: skip


def articles() -> list[dict[str, Any]]:
    """Records of articles with something hostile in each field; each story is in Urdu."""
    found = []
    for number, bad in enumerate((*MARKUP, *STEERING)):
        found.append(
            {
                "id": f"{number}{bad}", "title": f"{URDU} {bad}", "headline": f"{URDU} {bad}",
                "slug": f"rain-{bad}-in-lahore", "created": f"2025-01-23 {bad}",
                "english_headline": f"Rain {bad} in Lahore", "label": "match",
                "paragraphs": [f"{URDU} {bad}۔ {bad} {URDU}۔", bad, f"{URDU}۔"],
            }
        )  # fmt: skip
    return found


def pairs() -> list[dict[str, Any]]:
    """Records of pairs, likewise."""
    return [
        {
            "source": f"{URDU} {bad}", "target": f"Rain {bad} fell", "score": 0.5, "bead": bad,
            "translation": f"Rain {bad}", "origin": bad, "document": bad, "created": f"2025-0{bad}",
        }
        for bad in (*MARKUP, *STEERING)
    ]  # fmt: skip


def write_records(path: Path, records: list[dict[str, Any]]) -> str:
    """Write records as JSON Lines and return the path."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)
