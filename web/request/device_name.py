"""A short name of the device somebody signed in from, made of what its browser says; it proves nothing."""

from __future__ import annotations

# The first that fits counts: Edge and Opera call themselves Chrome too, and Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_of(said: str) -> str:
    """Browser and system, such as «Firefox, Windows»; empty where neither is known."""
    names = (first(BROWSERS, said), first(SYSTEMS, said))
    return ", ".join(name for name in names if name)


def first(known: tuple[tuple[str, str], ...], said: str) -> str:
    """The name of the first mark that stands in what the browser says."""
    return next((name for mark, name in known if mark in said), "")
