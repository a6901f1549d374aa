"""Which rows are not shared with whom, scope by scope, where everything but that scope is shared; written down."""

from __future__ import annotations

from collections.abc import Mapping

# In the scene of the grid. Every other person and row: not refused for this reason.
NOT_SHARED: Mapping[str, Mapping[str, str]] = {
    "goals": {
        "A1": "mona vik",
        "A2": "mona vik",
        "A3": "mona vik",
        "A4": "mona vik",
        "A17": "mona vik",
        "A22": "mona vik",
    },
    "measures": {
        "P10": "mona vik",
        "P11": "mona vik",
        "M1": "frida mona vik ali sara hege",
        "M2": "mona vik",
        "M4a": "mona vik",
        "M4b": "mona vik ali",
        "M5": "mona vik",
        "M6": "mona vik",
        "M7": "mona vik",
        "M8": "mona vik",
        "M9": "mona vik",
        "M10": "mona vik",
        "M11": "mona vik",
        "M12": "mona vik",
        "M13d": "mona vik",
        "M14": "mona vik",
        "M15": "mona vik",
        "M16": "frida mona vik ali",
        "M17": "mona vik ali",
        "M18": "mona vik",
        "M19": "mona vik",
    },
    "calendar": {
        "A24": "mona vik",
        "A30": "mona vik",
        "V1": "frida mona vik ali sara hege",
        "V2": "frida mona vik ali sara hege",
        "V3": "frida mona vik ali sara hege",
        "V4": "frida mona vik ali sara hege",
        "V5": "frida mona vik ali sara hege",
        "V7": "frida mona vik ali sara hege",
        "V8": "frida mona vik ali sara hege",
        "V9": "frida mona vik ali sara hege",
        "V10": "frida mona vik ali sara hege",
        "V11": "mona vik",
    },
    "messages": {
        "A9": "frida mona vik ali sara hege",
        "A11": "frida mona vik ali sara hege",
        "A12": "mona vik",
        "A13": "mona vik",
        "A13c": "mona vik",
        "A21": "mona vik",
    },
    "documents": {
        "A14": "frida mona vik ali sara hege",
        "V6": "frida mona vik ali sara hege",
    },
    "health": {
        "A35": "mona vik sara",
        "A36": "mona vik sara",
    },
}
