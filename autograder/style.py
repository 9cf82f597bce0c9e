"""How feedback looks where nbgrader leaves it bare.

`nbgrader_config.py` puts `Style` into `GenerateFeedback.preprocessors`, after
nbconvert's CSSHTMLHeaderPreprocessor.
"""

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

# The columns of a task's table touch each other without it.
TABLES = """\
.rendered_html table { margin: 1em 0; border-collapse: collapse; }
.rendered_html th, .rendered_html td { padding: 0.25em 1em; border: 1px solid #ccc; }
"""


class Style(NbGraderPreprocessor):
    """Add to the page's style sheets."""

    # Of the exporter. nbgrader's base class takes it for a mistake, and warns.
    display_data_priority = List().tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Change nothing in the notebook."""
        resources.setdefault("inlining", {}).setdefault("css", []).append(TABLES)
        return nb, resources
