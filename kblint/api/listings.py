"""What is in the files of a project: what each is read as, what all of them hold, and the objects as YAML has them."""

from __future__ import annotations

from kblint.api.project import OpenedProject
from kblint.file_list import FileList
from kblint.intake import Input
from kblint.render.library import is_kustomization_file
from kblint.rendering import Rendering
from kblint.survey import Survey
from kblint.told_files import told_files
from kblint.views.rendering import rendering
from kblint.views.survey import survey


def listed(project: OpenedProject) -> FileList:
    """Every file that was met, and what became of it."""
    return told_files(project.texts, project.read(), project.root, project.config.path)


def rendered(given: Input, *, with_origins: bool = False) -> Rendering:
    """The Kubernetes objects in what was read; with the file of each line that is written elsewhere, if asked."""
    return rendering(given.declarations, given.builds, with_origins=with_origins)


def surveyed(project: OpenedProject) -> Survey:
    """How much of what there is."""
    paths = [source.path for source in project.texts.sources]
    return survey(project.read().declarations, paths, filter(is_kustomization_file, paths))
