from kblint.api.options import Options as Options
from kblint.api.public import check as check
from kblint.api.public import ports as ports
from kblint.api.public import trace as trace
from kblint.errors import ConfigError as ConfigError
from kblint.errors import KblintError as KblintError
from kblint.errors import RuleError as RuleError
from kblint.errors import UsageError as UsageError
from kblint.finding import Finding as Finding
from kblint.finding import Location as Location
from kblint.finding import ObjectRef as ObjectRef
from kblint.finding import Result as Result
from kblint.finding import RuleRef as RuleRef
from kblint.finding import Severity as Severity
from kblint.finding import Skipped as Skipped
from kblint.finding import Summary as Summary
from kblint.fix import Applicability as Applicability
from kblint.fix import Edit as Edit
from kblint.fix import Fix as Fix
from kblint.register import PortKind as PortKind
from kblint.register import Register as Register
from kblint.source.text import Place as Place
from kblint.source.text import Point as Point
from kblint.tracing import HopState as HopState
from kblint.tracing import Start as Start
from kblint.tracing import Trace as Trace
from kblint.tracing import TraceHop as TraceHop
from kblint.tracing import TraceJourney as TraceJourney

__all__ = [
    "Applicability",
    "ConfigError",
    "Edit",
    "Finding",
    "Fix",
    "HopState",
    "KblintError",
    "Location",
    "ObjectRef",
    "Options",
    "Place",
    "Point",
    "PortKind",
    "Register",
    "Result",
    "RuleError",
    "RuleRef",
    "Severity",
    "Skipped",
    "Start",
    "Summary",
    "Trace",
    "TraceHop",
    "TraceJourney",
    "UsageError",
    "__version__",
    "check",
    "ports",
    "trace",
]
__version__: str
