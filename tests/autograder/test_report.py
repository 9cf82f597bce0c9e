"""The report: its figures against SciPy's; nothing of a student's becomes markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from scipy.stats import pointbiserialr

from autograder import items, report
from autograder.course import Course
from autograder.items import analyse, common_messages, point_biserial
from autograder.page import element, histogram, page, printable, round_up
from autograder.record import Record
from autograder.results import Row
from autograder.roster import Entry
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>&\x1b[31m\u202e\x00"


def row(student: str, *scores: float, message="", seconds=1.0, **more) -> Row:
    """A row with cells a, b, c … of 2 points each."""
    cells = {
        name: {
            "score": score,
            "max_score": 2.0,
            "outcome": "passed" if score == 2 else "failed",
            "message": "" if score == 2 else message,
        }
        for name, score in zip("abcdefgh", scores, strict=False)
    }
    made = Row(
        student, "x", sum(scores), 2.0 * len(scores), "graded", seconds, [], cells
    )
    return replace(made, **more)


def class_of(size: int, cells: int = 5, seed: int = 0) -> list[Row]:
    """Students of different ability, whose chance to pass depends on it."""
    rng = np.random.default_rng(seed)
    able = rng.normal(size=(size, 1))
    scores = 2.0 * (able + rng.normal(size=(size, cells)) > rng.normal(size=cells))
    return [row(f"s{i}", *map(float, each)) for i, each in enumerate(scores)]


@pytest.mark.parametrize("seed", range(5))
def test_discrimination_is_scipys(seed):
    rows = class_of(60, seed=seed)
    for item in analyse(rows, {}):
        passed = [r.cells[item.name]["score"] == 2 for r in rows]
        rest = [r.score - r.cells[item.name]["score"] for r in rows]
        expected = pointbiserialr(passed, rest).statistic
        assert item.discrimination == pytest.approx(expected, abs=1e-12)
        assert item.discrimination == pytest.approx(np.corrcoef(passed, rest)[0, 1])
        assert item.passed == pytest.approx(np.mean(passed))
        assert item.share == pytest.approx(np.mean(passed))


def test_discrimination_by_hand():
    # M1 = 3 and M0 = 1; s of 4, 2, 2, 0 is the root of 2.
    r = point_biserial([True, True, False, False], [4, 2, 2, 0])
    assert r == pytest.approx((3 - 1) / 2**0.5 * 0.5)
    assert point_biserial([True, False], [0, 5]) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("passed", "rest"),
    [
        ([True, True], [1, 2]),
        ([False, False], [1, 2]),
        ([True, False], [3, 3]),
        ([True, False, True], [0.1 + 0.2, 0.3, 0.3]),
        ([], []),
    ],
)
def test_discrimination_where_it_is_not_defined(passed, rest):
    assert point_biserial(passed, rest) is None


def test_partial_marks_are_not_passed():
    (item,) = analyse([row("s", 1.0), row("t", 2.0)], {})
    assert (item.passed, item.share) == (0.5, 0.75)


def test_submissions_that_were_not_executed_do_not_count():
    broken = row("x", 0.0, 0.0, repairs=["not graded: cut off"])
    with_it = analyse([*class_of(20, 2), broken], {})
    assert with_it == analyse(class_of(20, 2), {})


def test_what_a_person_grades_is_in_no_rest_score():
    rows = class_of(30)
    about = {name: ("task", name != "e") for name in "abcde"}
    with_person = analyse(rows, about)
    without = analyse(
        [replace(r, cells=dict(list(r.cells.items())[:4])) for r in rows], {}
    )
    for one, other in zip(with_person, without, strict=False):
        assert one.discrimination == pytest.approx(other.discrimination)
    assert with_person[4].discrimination is None


def test_a_cell_that_sorts_nobody_is_marked():
    rows = [row(f"s{i}", 2.0 * (i % 2), *[2.0 * (i > 9)] * 3) for i in range(20)]
    found = analyse(rows, {})
    assert [item.doubtful for item in found] == [True, False, False, False]
    assert not any(item.doubtful for item in analyse(rows[:9], {}))


def test_messages_that_differ_in_numbers_are_one():
    texts = ["got 3.5, not 4", "got -1e-3, not 4", "other", "got 7, not 4"]
    cells = [{"message": t, "score": 0, "max_score": 1} for t in texts]
    cells.append({"message": "passed with a note", "score": 1, "max_score": 1})
    assert common_messages(cells) == [("got 3.5, not 4", 3), ("other", 1)]


def test_tasks_are_those_of_the_exercise(tmp_path):
    course = tiny.make_course(tmp_path)
    assert items.tasks_of(course, ASSIGNMENT)["test_double"] == ("double", True)
    assert items.tasks_of(course, ASSIGNMENT)["words"] == ("words", False)
    assert "test_negative" in items.hidden_cells(course, ASSIGNMENT)
    assert "test_double" not in items.hidden_cells(course, ASSIGNMENT)


# --- the page -------------------------------------------------------------------------


class Parsed(HTMLParser):
    """The tags and texts of a page, and the addresses in it."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.texts, self.links, self.pictures = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append(tag)
        assert not any(name.startswith("on") for name in named), attrs
        if tag in ("svg", "img"):
            self.pictures.append(named)
        for name in ("href", "src", "srcset", "action", "data", "xlink:href"):
            if name in named:
                self.links.append(named[name])

    def handle_data(self, data):
        self.texts.append(data)


def hostile_record(tmp_path) -> Record:
    course = tiny.make_course(tmp_path)
    rows = [*class_of(15, 3)]
    rows += [
        row(HOSTILE, 0.0, 2.0, 0.0, message=HOSTILE, repairs=[HOSTILE]),
        row("z", 0.0, 0.0, 0.0, status="manual", repairs=["not graded: " + HOSTILE]),
    ]
    entry = Entry(HOSTILE, ASSIGNMENT, "Moodle", "1", HOSTILE, "f", "v", HOSTILE)
    feedback = course.feedback / "s1" / ASSIGNMENT
    feedback.mkdir(parents=True)
    (feedback / "a&b.html").touch()
    names = {HOSTILE: entry}
    return Record(course, ASSIGNMENT, rows, names, [HOSTILE], [HOSTILE])


def test_nothing_of_a_students_becomes_markup(tmp_path):
    text = report.html(hostile_record(tmp_path))
    parsed = Parsed(text)
    assert not {"script", "img", "iframe", "object", "link"} & set(parsed.tags)
    assert sum("<script>alert('x')</script>" in each for each in parsed.texts) >= 6
    assert not set(text) & set("\x00\x1b\u202e")


def test_the_page_loads_nothing(tmp_path):
    text = report.html(hostile_record(tmp_path))
    parsed = Parsed(text)
    assert parsed.links == [f"../../feedback/s1/{ASSIGNMENT}/a%26b.html"]
    assert "default-src 'none'" in text
    assert not re.search(r"https?:", text)
    assert "url(" not in re.sub(r"url\(#", "", text)
    assert "@import" not in text


def test_pictures_say_what_they_show(tmp_path):
    pictures = Parsed(report.html(hostile_record(tmp_path))).pictures
    assert len(pictures) == 3
    for picture in pictures:
        assert picture["role"] == "img"
        assert re.search(r"\d", picture["aria-label"])
    told = histogram([0, 0.5, 10], 0, 10, "x").get("aria-label")
    assert "0 to 1: 2; 9 to 10: 1" in told


@pytest.mark.parametrize(
    ("high", "first"),
    [(16, "0 to 2"), (31, "0 to 5"), (0.3, "0 to 0.05"), (12, "0 to 1")],
)
def test_histograms_count_all_in_round_parts(high, first):
    values = [high * i / 100 for i in range(101)]
    told = histogram(values, 0, high, "x").get("aria-label")
    assert told.startswith(f"Histogram, x. {first}: ")
    assert sum(map(int, re.findall(r": (\d+)", told))) == 101
    assert round_up(0) == 1


@pytest.mark.parametrize("rows", [1, 2])
def test_a_report_on_few(tmp_path, rows):
    course = tiny.make_course(tmp_path)
    found = [row("a", 0.0, seconds=0.0), row("b", 0.0, repairs=["not graded: x"])]
    text = report.html(Record(course, ASSIGNMENT, found[-rows:]))
    assert "nan" not in text.lower().replace("finance", "")
    assert "</html>" in text


def test_texts_and_attributes_are_escaped():
    made = page("<t>", [element("p", "a<b", element("i", "c"), "&d", title='"<')])
    assert '<p title="&quot;<">a&lt;b<i>c</i>&amp;d</p>' in made
    assert "<title>&lt;t&gt;</title>" in made
    assert printable("ab\ncd\u200c") == "ab\ncd\u200c"


def test_scores_for_spreadsheets_hold_no_formula(tmp_path):
    from autograder.export import write_scores

    course = Course(tmp_path, tmp_path)
    entry = Entry("=1", "x", "Moodle", "1", "@SUM(A1)", "f", "v")
    path = write_scores(Record(course, "x", [row("=1", 2.0)], {"=1": entry}))
    assert path.read_text().splitlines()[1].startswith("'=1,'@SUM(A1),2,2,graded")
