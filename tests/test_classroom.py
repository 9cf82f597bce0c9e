"""A class in a browser: release, solve, submit, grade, return; and a lecture.

Each step leaves a picture in build/classroom/.
"""

import html
import json
import os
import re
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import FrameLocator, Locator, Page, expect

from autograder import gradebook
from autograder.course import Course
from tests.jupyterlab import TOKEN, answering, ask, started

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "build" / "classroom"
EXERCISE = "01_signals_and_filters"
LECTURE = "lectures/01_signals_and_filters.ipynb"
STEP_SECONDS = 30  # for a click's effect, on a machine that does other things too
RUN_SECONDS = 150  # for a notebook to run, with the import of TensorFlow
SIZE = {"width": 1600, "height": 900}
# A toast about news of Jupyter would ask each new profile, and ask jupyter.org.
NO_NEWS = "@jupyterlab/apputils-extension:announcements"
# What students' profiles go without: site/handbook.md, On a hub.
OF_INSTRUCTORS = ("formgrader", "create-assignment", "course-list")
SERVER_OF_INSTRUCTORS = ("formgrader", "course_list")
# Right for the stride of the visible test, and for no other.
HALF_RIGHT = """\
def output_length(n, k, stride=1, padding=0):
    if stride == 1:
        return n + 2 * padding - k + 1
    return (n + 2 * padding - k) // 2 + 1"""
QUESTION = "## 6 · Why must the threshold be positive? (1 point)"
PLACE = "YOUR ANSWER HERE"  # what nbgrader makes of an answer
ANSWER = "Without a click the response is about zero; noise lies on either side of it."
COMMENT = "Well put: and how far above the noise?"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("classroom")]

expect.set_options(timeout=1000 * STEP_SECONDS)


@dataclass(frozen=True)
class Desk:
    """One person's folder, page of JupyterLab and its address."""

    folder: Path
    address: str
    page: Page

    def picture(self, name: str) -> None:
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, animations="disabled")


@pytest.fixture(scope="module", autouse=True)
def new_pictures(browser):
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)


@pytest.fixture(scope="module")
def instructor(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("teacher") / "course"
    make_course(folder)
    profile = make_profile(folder.parent / "home")
    with desk(browser, folder, profile) as own:
        yield own


@pytest.fixture(scope="module")
def student(browser, instructor, tmp_path_factory):
    """A profile that shares nothing with the instructor's but the exchange."""
    folder = tmp_path_factory.mktemp("ada") / "work"
    folder.mkdir()
    exchange = instructor.folder / "grading" / "exchange"
    profile = make_profile(
        folder.parent / "home",
        OF_INSTRUCTORS,
        SERVER_OF_INSTRUCTORS,
        "c = get_config()\n"
        f"c.Exchange.root = {str(exchange)!r}\n"
        "c.CourseDirectory.student_id = 'ada'\n"
        "c.Execute.timeout = 600\n",
    )
    with desk(browser, folder, profile) as own:
        yield own


def make_course(folder: Path) -> None:
    """This course's sources and configuration, with a written task in one exercise."""
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    path = folder / "solutions" / EXERCISE / f"{EXERCISE}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    marks = {"grade": True, "solution": True, "locked": False, "task": False}
    marks |= {"grade_id": "words", "points": 1, "schema_version": 3}
    notebook.cells[-1:-1] = [
        new_markdown_cell(QUESTION, id="task_6"),
        new_markdown_cell(PLACE, id="words", metadata={"nbgrader": marks}),
    ]
    nbformat.write(notebook, path)


def make_profile(
    home: Path, lab: tuple = (), server: tuple = (), config: str = ""
) -> dict[str, str]:
    """Variables of a profile in `home` that goes without these parts of nbgrader."""
    settings = home / ".jupyter"
    (settings / "labconfig").mkdir(parents=True)
    off = {f"@jupyter/nbgrader:{name}": True for name in lab} | {NO_NEWS: True}
    page = {"disabledExtensions": off}
    (settings / "labconfig" / "page_config.json").write_text(json.dumps(page))
    off = {f"nbgrader.server_extensions.{name}": False for name in server}
    parts = {"ServerApp": {"jpserver_extensions": off}}
    (settings / "jupyter_server_config.json").write_text(json.dumps(parts))
    if config:
        (settings / "nbgrader_config.py").write_text(config)
    return {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(settings),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        # A virtual environment of one's own goes before one's profile; a class's not.
        "JUPYTER_PREFER_ENV_PATH": "0",
    }


@contextmanager
def desk(browser, folder: Path, profile: dict[str, str]):
    """A JupyterLab in `folder`, and a browser that asks nothing of any other place."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(1000 * STEP_SECONDS)
    with served(folder, profile) as address:
        elsewhere = re.compile(rf"^https?://(?!{re.escape(address.split('/')[2])}/)")
        context.route(elsewhere, lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{address}lab?token={TOKEN}")
        expect(page.locator("#jp-top-panel")).to_be_visible()
        yield Desk(folder, address, page)
        page.screenshot(path=PICTURES / f"{folder.parent.name}_at_the_end.png")
        context.close()


@contextmanager
def served(folder: Path, profile: dict[str, str]):
    """Yield the address of a JupyterLab in `folder`, which ends with the context."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser"]
    command += ["--ServerApp.root_dir=.", "--ServerApp.port=0"]
    if os.geteuid() == 0:
        command.append("--allow-root")
    environment = os.environ | profile
    environment.pop("MPLBACKEND", None)  # the tests' own, which shows no picture
    log = folder.parent / "log"
    with started(command, folder, environment, log) as process:
        yield answering(process, log)


# --- JupyterLab ----------------------------------------------------------------------
def menu(page: Page, name: str, item: str) -> None:
    page.get_by_role("menuitem", name=name, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def notebook_of(page: Page) -> Locator:
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def cell_with(page: Page, text: str) -> Locator:
    return notebook_of(page).locator(".jp-Notebook-cell", has_text=text).first


def write(page: Page, text: str, source: str) -> None:
    """Put `source` into the cell that holds `text`, as somebody who types would."""
    cell = cell_with(page, text)
    cell.scroll_into_view_if_needed()
    if "jp-MarkdownCell" in cell.get_attribute("class"):
        cell.dblclick()
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)


def kernel_is_there(desk: Desk) -> None:
    """Wait until the notebook's kernel is at rest: what is run before never runs.

    JupyterLab shows it as idle also where there is none yet, so the server is asked.
    """
    limit = monotonic() + RUN_SECONDS
    states = None
    while states != ["idle"]:
        assert monotonic() < limit, f"kernels after {RUN_SECONDS} s: {states}"
        desk.page.wait_for_timeout(500)
        kernels = ask(f"{desk.address}api/kernels")
        states = [k["execution_state"] for k in kernels if k["connections"]]
    indicator = notebook_of(desk.page).locator(".jp-Notebook-ExecutionIndicator")
    expect(indicator).to_have_attribute("data-status", "idle")


def validate(desk: Desk, picture: str) -> str:
    """Press Validate; return what its dialog says."""
    page = desk.page
    notebook_of(page).locator(".validate-button").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Validation Results", timeout=1000 * RUN_SECONDS)
    desk.picture(picture)
    said = dialog.inner_text()
    dialog.get_by_role("button", name=re.compile("ok", re.I)).click()
    expect(dialog).to_have_count(0)
    return said


# --- nbgrader's pages ----------------------------------------------------------------
def formgrader(desk: Desk) -> FrameLocator:
    return desk.page.frame_locator("#formgrader iframe")


def row_of(frame: FrameLocator) -> Locator:
    """The exercise's row, which in the list of its submissions is the student's."""
    rows = frame.locator("#main-table tr")
    return rows.filter(has_text=re.compile(f"{EXERCISE}|ada"))


def press(desk: Desk, button: str, picture: str, seconds: int = STEP_SECONDS) -> str:
    """Press a button of the exercise's row; return the log that it shows."""
    frame = formgrader(desk)
    row_of(frame).locator(f"{button} a").click()
    dialog = frame.locator(".modal")
    title = dialog.locator(".modal-title")
    expect(title).to_be_visible(timeout=1000 * seconds)
    desk.picture(picture)
    said = dialog.inner_text()
    assert title.inner_text() == "Success", said
    dialog.get_by_role("button", name="OK").click()
    expect(dialog).to_have_count(0)
    return said


def released(instructor: Desk) -> None:
    menu(instructor.page, "Nbgrader", "Formgrader")
    frame = formgrader(instructor)
    expect(row_of(frame).locator(".name")).to_have_text(EXERCISE)
    exercises = len(list(ROOT.glob("solutions/*/")))
    expect(frame.locator("#main-table tr")).to_have_count(exercises)
    expect(frame.locator("#warning-course-id")).to_have_count(0)
    instructor.picture("01_formgrader")
    press(instructor, ".assign", "02_generated")
    press(instructor, ".release", "03_released")
    expect(row_of(frame).locator(".status")).to_have_text("released")
    instructor.picture("04_status_released")


def fetched(student: Desk) -> None:
    page = student.page
    menu(page, "Nbgrader", "Assignment List")
    row = page.locator("#released_assignments_list .list_item", has_text=EXERCISE)
    expect(row.first).to_be_visible()
    student.picture("05_to_fetch")
    row.get_by_role("button", name="Fetch").click()
    row = page.locator("#fetched_assignments_list")
    row.locator(".assignment-notebooks-link").click()
    student.picture("06_fetched")
    row.locator(".nested_list_item a", has_text=EXERCISE).click()
    expect(cell_with(page, "def cross_correlate(")).to_be_attached()
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    student.picture("07_notebook")


def solved(student: Desk) -> None:
    page = student.page
    said = validate(student, "08_validate_failed")
    assert "The following cell failed" in said
    assert "Your turn" in said
    for name, source in answers().items():
        write(page, f"def {name}(", source)
    write(page, PLACE, ANSWER)
    page.keyboard.press("Shift+Enter")
    menu(page, "Run", "Run All Cells")
    chart = notebook_of(page).locator(".jp-RenderedImage img").last
    expect(chart).to_be_visible(timeout=1000 * RUN_SECONDS)
    chart.scroll_into_view_if_needed()
    student.picture("09_solved")
    assert "Success!" in validate(student, "10_validate_passed")


def answers() -> dict[str, str]:
    """The solutions by their functions' names, one of them right by half."""
    path = ROOT / "solutions" / EXERCISE / f"{EXERCISE}.ipynb"
    found = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if "### BEGIN SOLUTION" in cell.source:
            name = cell.metadata["nbgrader"]["grade_id"]
            found[name] = re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", cell.source)
    return found | {"output_length": HALF_RIGHT}


def submitted(student: Desk) -> None:
    page = student.page
    menu(page, "Nbgrader", "Assignment List")
    page.locator("#fetched_assignments_list").get_by_role(
        "button", name="Submit"
    ).click()
    row = page.locator("#submitted_assignments_list .list_item", has_text=EXERCISE)
    expect(row.first).to_be_visible()
    student.picture("11_submitted")


def graded(instructor: Desk) -> None:
    """Collect, autograde, give a point by hand."""
    frame = formgrader(instructor)
    press(instructor, ".collect", "12_collected")
    row_of(frame).locator(".num-submissions a").click()
    row = row_of(frame)
    expect(row.locator(".status")).to_have_text("needs autograding")
    said = press(instructor, ".autograde", "13_autograded", RUN_SECONDS)
    assert "Executing the notebook of ada" in said, "our engine, not nbgrader's"
    expect(row.locator(".status")).to_have_text("needs manual grading")
    expect(row.locator(".score")).to_have_text("17 / 19")
    instructor.picture("14_scores")

    frame.get_by_role("link", name="Manual Grading").click()
    frame.get_by_role("link", name=EXERCISE).click()
    expect(frame.locator(".breadcrumb .active")).to_have_text(EXERCISE)
    frame.locator("#main-table").get_by_role("link", name=EXERCISE).click()
    link = frame.get_by_role("link", name="Submission #1")
    expect(link).to_be_visible()
    instructor.picture("15_submissions")
    link.click()
    cell = frame.locator(".nbgrader_cell", has=frame.locator("#words"))
    expect(cell).to_contain_text(ANSWER)
    for field, kept, value in (
        ("#words", "grade", "1"),
        ("#words-comment", "comment", COMMENT),
    ):
        # The mark that says "saved" fades at once: a busy machine may never see it.
        with instructor.page.expect_response(re.compile(f"/api/{kept}/")) as answer:
            cell.locator(field).fill(value)
            cell.locator(field).blur()
        assert answer.value.ok, kept
    instructor.picture("16_manual")
    frame.get_by_role("link", name="Manual Grading").click()
    expect(row_of(frame).locator(".score")).to_have_text("18 / 19")


def returned(instructor: Desk) -> None:
    frame = formgrader(instructor)
    frame.get_by_role("link", name="Manage Assignments").click()
    said = press(instructor, ".generate-feedback", "17_feedback")
    assert "not recognized" not in said, "a warning about a step's settings"
    press(instructor, ".release-feedback", "18_feedback_released")
    expect(row_of(frame).locator(".num-submissions")).to_have_text("1")
    instructor.picture("overview")


def read(student: Desk) -> str:
    """Fetch the feedback and open it; return its file's text."""
    page = student.page
    page.locator("#refresh_assignments_list").click()
    listed = page.locator("#submitted_assignments_list")
    expect(listed).to_contain_text("feedback available to fetch")
    student.picture("19_to_fetch_feedback")
    listed.get_by_role("button", name="Fetch Feedback").click()
    listed.get_by_text("(view feedback)").click()
    page.locator(".jp-DirListing-item", has_text=f"{EXERCISE}.html").dblclick()
    shown = page.frame_locator(".jp-HTMLViewer iframe")
    expect(shown.locator("body")).to_contain_text(COMMENT)
    student.picture("20_feedback")
    shown.get_by_text("expected 12, but got 48").first.scroll_into_view_if_needed()
    student.picture("21_feedback_of_a_test")
    (path,) = student.folder.glob(f"{EXERCISE}/feedback/*/{EXERCISE}.html")
    return path.read_text()


# --- Tests ---------------------------------------------------------------------------
def test_students_lab_has_no_tools_of_instructors(instructor, student):
    for own, expected in ((instructor, True), (student, False)):
        own.page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
        items = own.page.locator(
            ".lm-Menu .lm-Menu-itemLabel:visible"
        ).all_inner_texts()
        own.page.keyboard.press("Escape")
        assert "Assignment List" in items
        for name in ("Formgrader", "Course List", "Create assignment"):
            assert (name in items) is expected, f"{name} in {items}"
        sidebar = own.page.locator(".jp-SideBar [data-id=nbgrader-create_assignemnt]")
        expect(sidebar).to_have_count(int(expected))
        answer = own.page.request.get(f"{own.address}formgrader/manage_assignments")
        assert answer.ok is expected


def test_a_class_from_release_to_feedback(instructor, student):
    released(instructor)
    fetched(student)
    solved(student)
    submitted(student)
    graded(instructor)
    course = Course(instructor.folder / "grading", instructor.folder)
    scores = gradebook.submissions(course, EXERCISE)["ada"].auto_scores
    lost = [place for place, score in scores.items() if score == 0]
    assert lost == [f"{EXERCISE}/test_output_length_stride"]
    returned(instructor)
    shown = html.unescape(re.sub("<[^>]+>", "", read(student)))
    assert "expected 12, but got 48" in shown, "the message of a hidden test stays"
    assert "# (hidden tests)" in shown
    assert not [line for line in hidden_lines() if line in shown]


def hidden_lines() -> set[str]:
    """Lines of the exercise's hidden tests, less those that students see elsewhere."""
    path = ROOT / "solutions" / EXERCISE / f"{EXERCISE}.ipynb"
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    parts = re.split("### (?:BEGIN|END) HIDDEN TESTS", text)
    seen, hidden = ("\n".join(parts[start::2]) for start in (0, 1))
    lines = {line.strip() for line in hidden.splitlines()} - {"", ")", "}"}
    return {line for line in lines if line not in seen}


def test_lecture_runs(browser, tmp_path):
    folder = tmp_path / "course"
    (folder / "lectures").mkdir(parents=True)
    shutil.copy(ROOT / LECTURE, folder / "lectures")
    with desk(browser, folder, make_profile(tmp_path / "home")) as own:
        page = own.page
        page.goto(f"{own.address}lab/tree/{LECTURE}")
        kernel_is_there(own)
        first = notebook_of(page).locator(".jp-CodeCell").first
        first.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        expect(first.locator(".jp-InputPrompt")).to_have_text(
            "[1]:", timeout=1000 * RUN_SECONDS
        )
        expect(first.locator(".jp-OutputArea-output")).to_have_count(0)
        expect(page.locator(".jp-Dialog")).to_have_count(0)
        menu(page, "Run", "Run All Cells")
        chart = notebook_of(page).locator(".jp-RenderedImage img").first
        expect(chart).to_be_visible(timeout=1000 * RUN_SECONDS)
        chart.scroll_into_view_if_needed()
        own.picture("lecture")
