"""The files of a run for programs: a versioned contract, described by `files.schema.json` beside this file."""

from __future__ import annotations

from kblint.file_list import FileList, FileState, ListedFile
from kblint.report.document import TOOL, VERSION, Json, dumps, plain
from kblint.report.options import RenderOptions


def render(listed: FileList, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """All of them as JSON; ends with a line end."""
    counts = listed.counts
    return dumps(
        {
            "version": VERSION,
            "tool": TOOL,
            "summary": {
                "files": sum(counts.values()),
                "read": counts[FileState.READ],
                "inPart": counts[FileState.IN_PART],
                "leftOut": counts[FileState.LEFT_OUT],
                "foldersLeftOut": listed.folders,
            },
            "files": [_file(one) for one in listed.files],
        }
    )


def _file(one: ListedFile) -> Json:
    return {
        "path": one.path,
        "state": one.state.value,
        "formats": plain(one.formats),
        "holds": [{"kind": kind, "count": count} for kind, count in one.holds],
        "partOf": plain(one.part_of),
        "reasons": plain(one.reasons),
    }
