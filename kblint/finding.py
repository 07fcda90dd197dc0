"""What kblint tells its user: plain frozen records, the same for every report."""

from __future__ import annotations

import enum
import hashlib
import posixpath

from msgspec import Struct

from kblint.detection import Detection
from kblint.fix import Fix
from kblint.source.text import Place


class Severity(enum.IntEnum):
    """How much a finding matters; the higher, the worse."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The name users write and read."""
        return self.name.lower()

    def lowered(self, steps: int) -> Severity:
        """One level less a step, never below info."""
        return Severity(max(Severity.INFO, self - steps))


class RuleRef(Struct, frozen=True):
    """Which rule found it."""

    id: str
    name: str


class ObjectRef(Struct, frozen=True):
    """The object a finding is about. `namespace` is None where none is written."""

    kind: str
    namespace: str | None
    name: str

    @property
    def pattern(self) -> str:
        """The object as an `ignore:` of the configuration names it."""
        return "/".join((self.kind, *([self.namespace] if self.namespace else []), self.name))

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace + '/' if self.namespace else ''}{self.name}"


class Location(Struct, frozen=True):
    """A place and what to say there (may be empty)."""

    place: Place
    label: str = ""


class Finding(Struct, frozen=True):
    """One mistake, reported once, where it is.

    `symptom` is what one sees in the end (`503`, `connection refused`, ...), `journeys` the ways in that it breaks, or
    likely does, `certainty` is `known` or `likely`. `lowered` says why it matters less than it would if all under it
    were sure; None where nothing lowered it.
    """

    rule: RuleRef
    severity: Severity
    certainty: str
    message: str
    location: Location
    related: tuple[Location, ...] = ()
    object: ObjectRef | None = None
    symptom: str | None = None
    help: str | None = None
    journeys: tuple[str, ...] = ()
    fix: Fix | None = None
    lowered: str | None = None

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """How findings are sorted: path, line, column, rule."""
        source, span = self.location.place
        return (source.path, *source.point(span.start), self.rule.id, self.message)

    @property
    def fingerprint(self) -> str:
        """Stable across edits elsewhere in the file: rule, object, file name and what is underlined, but no line.

        Nor the folder, which is called otherwise from another working directory.
        """
        parts = (
            self.rule.id,
            str(self.object) if self.object else "",
            posixpath.basename(self.location.place.source.path),
            self.location.place.text,
            self.message,
        )
        return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]


class SilencedBy(enum.Enum):
    """What silenced a finding."""

    COMMENT = "comment"
    ANNOTATION = "annotation"
    CONFIGURATION = "configuration"


class Suppressed(Struct, frozen=True):
    """A finding that a suppression silenced, with its written reason."""

    finding: Finding
    reason: str
    by: SilencedBy = SilencedBy.COMMENT


class KnownFindings(Struct, frozen=True):
    """An entry of a baseline: `count` findings of one fingerprint in one file, none graver than `severity`.

    `path` is relative to the repository of the file, or to where the baseline was written.
    """

    rule: str
    severity: Severity
    object: str
    path: str
    message: str
    count: int
    fingerprint: str


class Baselined(Struct, frozen=True):
    """What a baseline keeps out of a result: `known` is what it holds of it, `path` is its file.

    `stale` are entries that hold more than was found, with how many more; empty where a run cannot tell.
    """

    path: str
    known: tuple[Finding, ...]
    stale: tuple[KnownFindings, ...] = ()


class Skipped(Struct, frozen=True):
    """An input that was not checked, and why. What was skipped is always said."""

    path: str
    reason: str


class NotReadKind(enum.Enum):
    """What makes ways in that were not followed; the value is what JSON says."""

    RELEASE = "release"
    MANIFESTS = "manifests"
    ROUTE = "route"


class NotRead(Struct, frozen=True):
    """A release of a chart, manifests that are elsewhere or of Terraform, or a route of a kind that is not read.

    `name` is how people call it: its kind and name, or the file that asks for it.
    """

    kind: NotReadKind
    name: str
    place: Place


class Unjudged(Struct, frozen=True):
    """A rule that could not be evaluated on one thing: what it would have found there is not in the report.

    `place` is where the thing stands, `object` what it belongs to, `subject` its kind as rules name it. `expression` is
    the one that failed, `reason` why; `path` is the rule's file. `is_builtin` where the rule is kblint's own.
    """

    rule: RuleRef
    place: Place
    object: ObjectRef | None
    subject: str
    expression: str
    reason: str
    path: str
    is_builtin: bool

    @property
    def message(self) -> str:
        """What happened, on one line."""
        about = str(self.object) if self.object else f"a {self.subject}"
        expression = " ".join(self.expression.split())
        return f"rule `{self.rule.id}` could not be evaluated on {about}: {self.reason} in `{expression}`"

    @property
    def help(self) -> str:
        """Whom to tell, and how to go on until then."""
        until = f"`--ignore {self.rule.id}` leaves the rule out until then"
        if self.is_builtin:
            return f"this is a mistake in kblint; please report this message and the object; {until}"
        return f"mend the expression in the rule's file; {until}"

    @property
    def order(self) -> tuple[str, int, str, str]:
        """How they are sorted: path, place, rule."""
        return (self.place.source.path, self.place.span.start, self.rule.id, self.message)


class Silenced(Struct, frozen=True):
    """Errors that are not told as such, or not at all, because something in the files says so.

    `comments` and `annotations` are those in the input, `configuration` is `kblint.yaml`: an `ignore` or `select` in
    it, or a `severity` below error; `baseline` are errors that are known. What the command line leaves out is not
    counted.
    """

    comments: int = 0
    annotations: int = 0
    configuration: int = 0
    baseline: int = 0

    @property
    def errors(self) -> int:
        """All of them."""
        return self.comments + self.annotations + self.configuration + self.baseline


class Summary(Struct, frozen=True):
    """What was looked at and what came of it."""

    files: int
    objects: int
    journeys: int
    errors: int
    warnings: int
    infos: int
    suppressed: int
    unfollowed: tuple[tuple[str, int], ...] = ()
    """How many journeys could not be followed to their end, by the stage at which they were lost."""
    not_read: tuple[NotRead, ...] = ()
    """What makes ways in that are no journeys here."""
    unjudged: int = 0
    """How often a rule could not be evaluated on something."""
    silenced: Silenced = Silenced()
    baselined: int = 0
    """How many findings a baseline holds, of whatever severity; they are counted here only."""

    @property
    def followed(self) -> int:
        """How many journeys were followed to their end, be it a bad one."""
        return self.journeys - sum(number for _, number in self.unfollowed)


class RuleInfo(Struct, frozen=True):
    """What a report may say about a rule: `help_markdown` is its page, `area` its letters, `url` its address."""

    id: str
    name: str
    summary: str
    severity: Severity
    help_markdown: str
    url: str | None = None
    description: str = ""
    area: str = ""


class Result(Struct, frozen=True):
    """All that a report needs, already sorted.

    `rules` describes at least the rules that found something, for formats that ship help with the findings.
    `detection` is None where the user named the profile.
    """

    profile: str
    summary: Summary
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    detection: Detection | None = None
    unjudged: tuple[Unjudged, ...] = ()
    baseline: Baselined | None = None
