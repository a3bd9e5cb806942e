"""The templates of web pages, and in which direction a language is written."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from align.report.figures import number, percent
from align.report.visible import prose, visible

if TYPE_CHECKING:
    from jinja2 import Environment, Template

# Languages that are written from right to left.
_RIGHT_TO_LEFT: Final = frozenset(
    ("ar", "fa", "he", "ks", "pa", "pnb", "ps", "sd", "ug", "ur", "yi")
)


def page_template(name: str, **known: Any) -> Template:
    """Return `name`.html.jinja of this folder, which escapes all text; its macros have `known`."""
    return _environment().get_template(f"{name}.html.jinja", globals=known)


def direction(language: str) -> str:
    """Return how a language is written, `rtl` or `ltr`.

    >>> direction("ur-PK"), direction("en")
    ('rtl', 'ltr')
    """
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("align.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "prose": prose, "visible": visible, "percent": percent, "number": number,
    }  # fmt: skip
    return environment
