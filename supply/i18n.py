"""The sentences people read, gathered for the translation catalogues. `python -m supply.i18n` brings the catalogues up to date."""

import ast
import inspect
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from supply import errors
from supply.errors import Refusal, title_and_sentence

if TYPE_CHECKING:
    from babel.messages import Catalog

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "supply" / "translations"
TRANSLATED = ("nb", "nn")
"""The languages translated into; English is what stands in the code."""
MARKS = {"_l": None, "lazy_gettext": None, "translated_later": None, "NotATable": None}
"""What marks a sentence besides the usual names; None: its first argument."""
NOT_OURS = {"node_modules", "var", "tests", "docs"}

Found = tuple[int, Any, Any, Any]
"""A line, the function that translates, what it translates, and comments: Babel's own shape."""


def translated_later(sentence: str) -> str:
    """Mark a sentence that is translated where it is shown, not where it stands."""
    return sentence


def extract_sentences(file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]) -> Iterator[Found]:
    """Give what a module says to people, as Babel asks for it: what is marked, what its refusals say, and every `why` that is a sentence."""
    from babel.messages.extract import extract_python  # the service itself does without

    source = file.read()
    file.seek(0)
    for line, function, said, comments, *_ in extract_python(file, keywords, comment_tags, options):  # type: ignore[arg-type]  # Babel's own types of options are stricter than what it hands over
        yield line, function, said, comments
    tree = ast.parse(source)
    yield from _refusals(tree)
    yield from _whys(tree)


def catalogue_path(language: str) -> Path:
    """Give the file a language's translations stand in."""
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(language: str) -> "Catalog":
    """Read a language's translations."""
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def extracted() -> "Catalog":
    """Give every sentence that stands in the code and the templates now."""
    from babel.messages import Catalog
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
    from babel.messages.frontend import parse_mapping_cfg

    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel leaves it untyped
    catalogue = Catalog(charset="utf-8")
    for _, _, sentence, comments, context in extract_from_dir(ROOT, methods, options, DEFAULT_KEYWORDS | MARKS, directory_filter=_is_ours):
        catalogue.add(sentence, auto_comments=comments, context=context)
    return catalogue


def update() -> None:
    """Put new sentences into the catalogues, untranslated, and take those out that are no longer said."""
    from babel.messages.pofile import write_po

    fresh = extracted()
    for language in TRANSLATED:
        known = read_catalogue(language)
        known.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
        known.obsolete.clear()
        with catalogue_path(language).open("wb") as file:
            write_po(file, known, no_location=True, sort_output=True, width=0)


def _refusals(tree: ast.Module) -> Iterator[Found]:
    known = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Refusal)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and known & {base.id for base in node.bases if isinstance(base, ast.Name)}:
            known.add(node.name)
            for sentence in filter(None, title_and_sentence(inspect.cleandoc(ast.get_docstring(node) or node.name))):
                yield node.lineno, "gettext", sentence, []


def _whys(tree: ast.Module) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "why" and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) and node.value.value.endswith("."):
            yield node.value.lineno, "gettext", node.value.value, []


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith((".", "_")) and name not in NOT_OURS


if __name__ == "__main__":
    update()
