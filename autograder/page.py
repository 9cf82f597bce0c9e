"""HTML pages that need nothing else, and pictures in them.

Everything is built as a tree, whose writer escapes texts and attributes: what a student
wrote can't become markup. Colours follow the reader's choice of light or dark; bars
differ in pattern as well.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from math import ceil, floor, log10
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

# Nothing may be loaded, from anywhere; styles are in the page.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# Okabe and Ito's colours, told apart by all: see https://jfly.uni-koeln.de/color/
STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --faint: #595959;
  --line: #cfcfcf; --band: #f3f4f6; --bar: #0072b2; --warn: #a33b00; --link: #00538a;
  --passed: #0072b2; --failed: #e69f00; --error: #d55e00; --timeout: #cc79a7;
  --manual: #56b4e9; --broken: #009e73; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #16181c;
  --faint: #b3b3b3; --line: #44484f; --band: #20242a; --bar: #4da6e0; --warn: #ffa366;
  --link: #8cc8f2; --passed: #4da6e0; } }
body { background: var(--paper); color: var(--ink); margin: 0 auto; max-width: 62rem;
  padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { margin-top: 2.5rem; }
a { color: var(--link); } .faint, figcaption { color: var(--faint); }
.warn { color: var(--warn); font-weight: 600; }
.scroll, figure { overflow-x: auto; } figure { margin: 1rem 0; }
table { border-collapse: collapse; font-size: 0.92rem; min-width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.35rem 0.6rem;
  text-align: left; vertical-align: top; overflow-wrap: break-word; max-width: 32rem; }
th { background: var(--band); }
td.wide { min-width: 16rem; } td.name { min-width: 8rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
ul { padding-left: 1.2rem; } td ul { margin: 0; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem; padding: 0; list-style: none; }
.facts li { background: var(--band); border-radius: 0.5rem; padding: 0.6rem 1rem; }
.facts b { display: block; font-size: 1.4rem; }
svg { display: block; height: auto; max-width: 45rem; min-width: 34rem; width: 100%; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .axis { stroke: var(--faint); stroke-width: 1; } svg .bar { fill: var(--bar); }
svg .back { fill: var(--band); }
"""
# What changes the direction of all that follows, as if it were written otherwise.
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CHART = 720  # pixels that pictures are wide
BINS = 12  # of a histogram, at most
OUTCOMES = ("passed", "failed", "error", "timeout", "manual", "broken test")


def element(tag: str, *inside: "Element | str | None", **attributes: object) -> Element:
    """Return an element with texts and elements in it; `class_` becomes class."""
    names = {k.rstrip("_").replace("_", "-"): str(v) for k, v in attributes.items()}
    made = Element(tag, {name: printable(value) for name, value in names.items()})
    for each in inside:
        if each is None:
            continue
        if isinstance(each, Element):
            made.append(each)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + printable(each)
        else:
            made.text = (made.text or "") + printable(each)
    return made


def printable(text: str) -> str:
    """Return a text without characters that no page can hold, or that turn it round."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t") or c in TURNS
        else c
        for c in text
    )


def page(title: str, body: Iterable[Element], language: str = "en") -> str:
    """Return a whole page, as text."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", STYLE),
    )
    html = element("html", head, element("body", *body), lang=language)
    return "<!DOCTYPE html>\n" + ElementTree.tostring(
        html, encoding="unicode", method="html"
    )


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[Element | str]],
    numbers: Iterable[int] = (),
    wide: Iterable[int] = (),
    names: Iterable[int] = (),
) -> Element:
    """Return a table; `numbers` are columns set right, `wide` and `names` have room."""
    kinds = {i: {"class_": "number"} for i in numbers}
    kinds |= {i: {"class_": "wide"} for i in wide}
    kinds |= {i: {"class_": "name"} for i in names}

    def cells(tag: str, row: Sequence[Element | str], **more: str) -> list[Element]:
        return [
            element(tag, each, **kinds.get(i, {}), **more) for i, each in enumerate(row)
        ]

    body = [element("tr", *cells("td", row, dir="auto")) for row in rows]
    head = element("thead", element("tr", *cells("th", header, scope="col")))
    made = element("table", head, element("tbody", *body))
    return element("div", made, class_="scroll", tabindex="0")


def figure(picture: Element, caption: str) -> Element:
    """Return a picture with a line below it."""
    return element("figure", picture, element("figcaption", caption))


def histogram(
    values: Sequence[float], low: float, high: float, label: str, unit: str = ""
) -> Element:
    """Draw how many values are in each part of low..high; `label` is of the axis.

    Parts begin at round numbers, or whole scores would fall into some more than others.
    """
    height, left, base = 190, 40, 30
    width = round_up((high - low) / BINS)
    bins = max(1, ceil((high - low) / width - 1e-9))
    counts = [0] * bins
    for value in values:
        counts[min(max(int((value - low) / width + 1e-9), 0), bins - 1)] += 1
    most = max(counts, default=0) or 1
    step = (CHART - left - 20) / bins
    edges = [low + width * i for i in range(bins + 1)]
    parts = []
    for i, count in enumerate(counts):
        tall = (height - base - 20) * count / most
        x, y = left + i * step, height - base - tall
        if count:
            parts.append(_box(x + 2, y, step - 4, tall, class_="bar"))
            parts.append(_text(x + step / 2, y - 5, str(count), "middle"))
    y = height - base
    parts.append(element("line", x1=left, x2=CHART - 20, y1=y, y2=y, class_="axis"))
    parts += [
        _text(left + i * step, height - 10, f"{edge:g}{unit}", "middle")
        for i, edge in enumerate(edges)
    ]
    told = [
        f"{edges[i]:g} to {edges[i + 1]:g}{unit}: {count}"
        for i, count in enumerate(counts)
        if count
    ]
    return _picture(height, f"Histogram, {label}. {'; '.join(told)}.", parts)


def round_up(value: float) -> float:
    """The next of 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50 …, as round numbers go."""
    power = floor(log10(value)) if value > 0 else 0
    steps = [step * 10.0**power for step in (1, 2, 5, 10)]
    return next((step for step in steps if value <= step * (1 + 1e-9)), steps[-1])


def outcome_bars(cells: dict[str, dict[str, int]]) -> Element:
    """Draw, for each cell, how many students had which outcome."""
    shown = [o for o in OUTCOMES if any(counts.get(o) for counts in cells.values())]
    line, left, top = 26, 230, 34
    height = top + line * len(cells) + 8
    parts: list[Element] = [_patterns()]
    x = float(left)
    for outcome in shown:
        parts += [*_bar(x, 8, 14, 14, outcome), _text(x + 20, 20, outcome)]
        x += 34 + 8 * len(outcome)
    for i, (name, counts) in enumerate(cells.items()):
        y, total = top + i * line, sum(counts.values()) or 1
        label = name if len(name) <= 30 else f"{name[:29]}…"
        parts.append(_text(left - 8, y + 16, label, "end"))
        x = float(left)
        for outcome in shown:
            width = (CHART - left - 20) * counts.get(outcome, 0) / total
            if width:
                parts += _bar(x, y + 3, width, line - 6, outcome)
            x += width
    told = [
        f"{name}: {', '.join(f'{counts[o]} {o}' for o in shown if counts.get(o))}"
        for name, counts in cells.items()
    ]
    return _picture(height, f"Outcomes of each cell. {'; '.join(told)}.", parts)


def _picture(height: float, told: str, parts: Iterable[Element]) -> Element:
    return element(
        "svg", *parts, viewBox=f"0 0 {CHART} {height}", role="img", aria_label=told
    )


def _patterns() -> Element:
    """Lines over the colours of what was not passed, for who can't tell those apart."""
    lines = {
        "failed": "M0,8 L8,0",
        "error": "M0,8 L8,0 M0,0 L8,8",
        "timeout": "M0,4 L8,4",
        "broken": "M4,0 L4,8",
    }
    return element(
        "defs",
        *(
            element(
                "pattern",
                element("path", d=path, stroke="var(--paper)", stroke_width="1.2"),
                id=f"over-{name}",
                width=8,
                height=8,
                patternUnits="userSpaceOnUse",
            )
            for name, path in lines.items()
        ),
    )


def _bar(
    x: float, y: float, width: float, height: float, outcome: str
) -> list[Element]:
    name = outcome.split()[0]
    parts = [_box(x, y, width, height, style=f"fill: var(--{name})")]
    if name not in ("passed", "manual"):
        parts.append(_box(x, y, width, height, fill=f"url(#over-{name})"))
    return parts


def _box(x: float, y: float, width: float, height: float, **more: str) -> Element:
    sizes = {"x": x, "y": y, "width": width, "height": height}
    return element("rect", **{k: f"{v:.1f}" for k, v in sizes.items()}, **more)


def _text(x: float, y: float, text: str, anchor: str = "start") -> Element:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)
