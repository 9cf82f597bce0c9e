"""Every item of the five decks has a home: `traceability.csv` says in which cells.

One row per item: the deck, the item as a reader finds it on a slide, the kind of item,
the lecture that it belongs to, and the ids of the cells that cover it, with spaces
between. Rows follow the lectures, then the decks as in `DECKS`, then their slides.
"""

import csv
from collections import Counter
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("traceability.csv")
COLUMNS = ["deck", "item", "kind", "notebook", "cell"]
DECKS = ["Bonn", "Purdue", "Southampton", "NOVA", "VU"]
KINDS = {"formula", "number", "demo", "figure", "listing", "concept", "erratum"}
LECTURES = [  # all that the course shall have, also those still to be written
    "01_signals_and_filters",
    "02_finding_waldo",
    "03_convolution_arithmetic",
    "04_backpropagating_convolutions",
    "05_pooling_and_lenet",
    "06_fashion_mnist",
    "07_listening_with_conv1d",
    "08_training_deep_networks",
    "09_residual_networks",
    "10_looking_inside",
    "11_unet",
]
# What is wrong on a slide: deck, lecture that says so, a phrase of the item.
ERRATA = [
    ("Bonn", "02_finding_waldo", "eq. 2 swaps the kernel's indices"),
    ("Bonn", "05_pooling_and_lenet", "Shifted by two pixels"),
    ("Bonn", "05_pooling_and_lenet", "net_out"),
    ("Purdue", "03_convolution_arithmetic", "padding layer"),
    ("NOVA", "01_signals_and_filters", "it should be x(m)"),
    ("NOVA", "06_fashion_mnist", "input_shape="),
    ("NOVA", "06_fashion_mnist", "lr="),
    ("NOVA", "06_fashion_mnist", "decay="),
    ("NOVA", "06_fashion_mnist", ".h5"),
    ("NOVA", "06_fashion_mnist", "'acc'"),
    ("VU", "01_signals_and_filters", "multiple of the stride"),
    ("VU", "04_backpropagating_convolutions", "needs a sum"),
]

with TABLE.open(encoding="utf-8", newline="") as file:
    HEADER, *LINES = csv.reader(file)
ROWS = [dict(zip(HEADER, line, strict=False)) for line in LINES]
WRITTEN = {path.stem: path for path in sorted((ROOT / "lectures").glob("*.ipynb"))}


def of(lecture: str) -> list[dict[str, str]]:
    return [row for row in ROWS if row["notebook"] == lecture]


# --- the table itself ----------------------------------------------------------------


def test_columns():
    assert HEADER == COLUMNS
    assert [line for line in LINES if len(line) != len(COLUMNS)] == []


def test_vocabularies():
    for row in ROWS:
        assert row["deck"] in DECKS, row
        assert row["kind"] in KINDS, row
        assert row["notebook"] in LECTURES, row


def test_texts_are_tidy():
    for row in ROWS:
        assert row["item"], row
        for text in row.values():
            assert text == " ".join(text.split()), f"stray spaces: {row}"


def test_no_item_is_listed_twice():
    count = Counter((row["deck"], row["item"]) for row in ROWS)
    assert [item for item, times in count.items() if times > 1] == []


def test_rows_are_sorted_by_lecture_and_deck():
    places = [
        (LECTURES.index(row["notebook"]), DECKS.index(row["deck"])) for row in ROWS
    ]
    assert places == sorted(places)


def test_every_deck_and_every_lecture_has_rows():
    assert {row["deck"] for row in ROWS} == set(DECKS)
    assert {row["notebook"] for row in ROWS} == set(LECTURES)


@pytest.mark.parametrize(("deck", "lecture", "phrase"), ERRATA)
def test_every_erratum_has_a_row(deck, lecture, phrase):
    found = [
        row
        for row in of(lecture)
        if (row["deck"], row["kind"]) == (deck, "erratum") and phrase in row["item"]
    ]
    assert len(found) == 1


def test_no_erratum_is_unknown():
    assert sum(row["kind"] == "erratum" for row in ROWS) == len(ERRATA)


# --- against the lectures ------------------------------------------------------------


def test_lectures_have_the_names_of_the_course():
    assert set(WRITTEN) <= set(LECTURES)


@pytest.mark.parametrize("lecture", WRITTEN)
def test_every_item_has_a_cell(lecture):
    without = [(row["deck"], row["item"]) for row in of(lecture) if not row["cell"]]
    assert not without, f"no cell of {lecture} covers {without}"


@pytest.mark.parametrize("lecture", WRITTEN)
def test_every_named_cell_exists(lecture):
    ids = {cell.id for cell in nbformat.read(WRITTEN[lecture], as_version=4).cells}
    for row in of(lecture):
        named = row["cell"].split()
        assert len(named) == len(set(named)), row
        assert set(named) <= ids, f"{set(named) - ids} of {row['item']!r}"


def test_lectures_to_come_name_no_cell():
    for row in ROWS:
        assert row["notebook"] in WRITTEN or not row["cell"], row
