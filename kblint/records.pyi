# to type checkers, dataclasses are the standard library's
from dataclasses import dataclass as dataclass
from dataclasses import field as field
