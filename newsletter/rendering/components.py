"""Know MJML's components, and say what is wrong with a tag."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from newsletter.rendering.places import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ANY: Final = "*"
LONGEST_EXCERPT = 60  # characters of a template that a message repeats

_TOKEN = re.compile(r"@@f[0-9]+@@")
_MEASURE = re.compile(r"(?P<sign>-?)(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?P<unit>[a-z%]*)")
_BYTE = r"\s*[0-9]{1,3}\s*"
_COLOUR = re.compile(
    rf"#[0-9a-f]{{3}}|#[0-9a-f]{{6}}|rgb\({_BYTE},{_BYTE},{_BYTE}\)"
    rf"|rgba\({_BYTE},{_BYTE},{_BYTE},\s*(?:[01]|[01]?\.[0-9]{{1,3}})\s*\)",
    re.IGNORECASE,
)

_REFUSED = {
    "mj-include": 'Write {% include "name.mjml.j2" %} instead: Jinja finds the file.',
    "mj-html-attributes": "The compiler cannot do this: write the attribute on a tag in mj-raw.",
    "mj-font": "We promise no web fonts: name fonts that readers have, in font-family.",
}
_NO_INLINE = (
    "The compiler would leave these styles out: write a plain <mj-style>, whose rules stay in "
    "the head, or the attribute on the tag itself."
)


@dataclass(frozen=True, slots=True)
class Component:
    """What MJML says of one tag: `attributes` gives the kinds of value each may have."""

    ending: bool
    attributes: Mapping[str, tuple[str, ...]]
    children: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """All of MJML's components by tag, and the names of colours."""

    components: Mapping[str, Component]
    colours: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it stands in a document.

    `parent` is the component around it, empty for the root, None where that is not known.
    `text` is what stands directly in the tag, between its children.
    """

    name: str
    parent: str | None
    attributes: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a tag, and what to write instead."""

    message: str
    hint: str


@cache
def table() -> Table:
    """Return the table of components, read once."""
    file = resources.files("newsletter.rendering") / "mjml_components.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    everywhere = {name: (kind,) for name, kind in data["global_attributes"].items()}
    anything = _kinds_of_all(data["components"])
    return Table(
        components={
            tag: Component(
                ending=fact["ending"],
                attributes={
                    **everywhere,
                    **(anything if ANY in fact["attributes"] else {}),
                    **{name: (kind,) for name, kind in fact["attributes"].items() if name != ANY},
                },
                children=frozenset(fact["children"]),
            )
            for tag, fact in data["components"].items()
        },
        colours=frozenset(data["colours"]),
    )


def _kinds_of_all(components: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return each attribute that some component has, with all the kinds it has anywhere."""
    kinds: dict[str, dict[str, None]] = {}
    for fact in components.values():
        for name, kind in fact["attributes"].items():
            kinds.setdefault(name, {})[kind] = None
    return {name: tuple(found) for name, found in kinds.items() if name != ANY}


def holds_html(name: str) -> bool:
    """Tell whether a tag's content is HTML that MJML hands on as it is."""
    component = table().components.get(name)
    return component is not None and component.ending


def complaints(tag: Tag) -> Iterator[Complaint]:
    """Yield all that is wrong with a tag, its attributes and the text directly in it."""
    if tag.parent and holds_html(tag.parent) and not tag.name.startswith(("mj-", "mjml")):
        return
    component = table().components.get(tag.name)
    if tag.name in _REFUSED:
        yield Complaint(f"<{tag.name}> cannot be used.", _REFUSED[tag.name])
    elif component is None:
        yield _unknown_tag(tag)
    else:
        yield from _wrong_parent(tag)
        yield from _wrong_attributes(tag, component)
        if not component.ending and (text := tag.text.strip()):
            yield Complaint(
                f"Text stands directly in <{tag.name}>: {excerpt(text)}",
                "Put it into <mj-text>, or into another tag that holds text.",
            )


def excerpt(text: str) -> str:
    """Return a text, cut where a message would become too long."""
    return text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1]}…"


def _unknown_tag(tag: Tag) -> Complaint:
    near = _nearest(tag.name, (*table().components,))
    return Complaint(
        f"<{excerpt(tag.name)}> is no MJML tag.",
        f"Did you mean <{near}>?" if near else "Put HTML into <mj-text>, <mj-table> or <mj-raw>.",
    )


def _wrong_parent(tag: Tag) -> Iterator[Complaint]:
    if tag.parent is None:
        return
    if tag.parent == "":
        if tag.name != "mjml":
            yield Complaint(f"The document begins with <{tag.name}>.", "Begin it with <mjml>.")
        return
    if not table().components[tag.parent].children & {tag.name, ANY}:
        yield Complaint(
            f"<{tag.name}> cannot stand in <{tag.parent}>.",
            _where_it_belongs(tag.name),
        )


def _where_it_belongs(name: str) -> str:
    if name == "mjml":
        return "Take it out: there is one, around everything."
    parents = [tag for tag, fact in table().components.items() if name in fact.children]
    return f"Put it directly into {_choice(f'<{tag}>' for tag in parents or ['mj-attributes'])}."


def _wrong_attributes(tag: Tag, component: Component) -> Iterator[Complaint]:
    for name, value in tag.attributes.items():
        if name == MARKER:
            continue
        kinds = component.attributes.get(name)
        if kinds is None:
            yield _unknown_attribute(tag.name, name, component)
        elif (tag.name, name, value) == ("mj-style", "inline", "inline"):
            yield Complaint('<mj-style inline="inline"> cannot be used.', _NO_INLINE)
        elif not _TOKEN.search(value) and not any(accepts(kind, value) for kind in kinds):
            yield Complaint(
                f'{name}="{excerpt(value)}" on <{tag.name}> is no value that MJML knows.',
                _remedy(kinds[0], value),
            )


def _unknown_attribute(tag: str, name: str, component: Component) -> Complaint:
    near = _nearest(name, (*component.attributes,))
    return Complaint(
        f"<{tag}> has no attribute {excerpt(name)}.",
        f"Did you mean {near}?" if near else "Take it out, or use CSS with css-class.",
    )


def accepts(kind: str, value: str) -> bool:
    """Tell whether a value is of a kind such as `color`, `unit(px,%){1,4}` or `enum(a,b)`."""
    sort, options, most = _parts(kind)
    match sort:
        case "color":
            return value.lower() in table().colours or _COLOUR.fullmatch(value) is not None
        case "enum":
            return value in options
        case "boolean":
            return value in {"true", "false"}
        case "integer":
            return re.fullmatch(r"[0-9]+", value) is not None
        case "unit" | "unitWithNegative":
            measures = value.split()
            return 0 < len(measures) <= most and all(
                _measures(sort, options, measure) for measure in measures
            )
        case _:
            return True  # a string may be anything


def _measures(sort: str, units: tuple[str, ...], text: str) -> bool:
    """Tell whether a text is one measure, such as 20px, in one of the units."""
    if text == "0" or (text == "auto" and "auto" in units):
        return True
    found = _MEASURE.fullmatch(text)
    return (
        found is not None
        and found["unit"] in units
        and (not found["sign"] or sort == "unitWithNegative")
    )


@cache
def _parts(kind: str) -> tuple[str, tuple[str, ...], int]:
    """Return a kind's sort, its options, and how many values may stand side by side."""
    sort, _, rest = kind.partition("(")
    options, _, repeats = rest.partition(")")
    return sort, tuple(options.split(",")), int(repeats[3]) if repeats else 1  # {1,4}


def _remedy(kind: str, value: str) -> str:
    sort, options, most = _parts(kind)
    match sort:
        case "color":
            near = _nearest(value.lower(), (*sorted(table().colours),))
            return f"Write a colour such as {near or 'white'} or #1d4f91."
        case "enum":
            return f"Write {_choice(option for option in options if option)}."
        case "boolean":
            return "Write true or false."
        case "integer":
            return "Write a whole number, such as 0."
        case _:
            units = _choice(unit or "no unit" for unit in options if unit != "auto")
            many = "" if most == 1 else f", up to {most} of them with blanks between"
            auto = ", or auto" if "auto" in options else ""
            return f"Write a number with {units}, such as 20{options[0]}{many}{auto}."


@lru_cache(maxsize=1024)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    """Return the known word that is most like a word, or nothing."""
    return next(iter(difflib.get_close_matches(excerpt(word), known, n=1, cutoff=0.6)), "")


def _choice(words: Iterable[str]) -> str:
    """Return `a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
