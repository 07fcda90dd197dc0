"""Secrets that their own form, or the words around them, give away: in any text, with a name or without."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from kblint.secrets.folding import folded, occurrences
from kblint.secrets.names import is_secret_header, is_secret_name
from kblint.secrets.private_keys import private_keys
from kblint.secrets.values import is_open
from kblint.source.regex import regex
from kblint.source.text import Span

_WORD = r"[^\s\"'`|;&<>]{1,9000}"
_GIVEN = rf"(?:\"(?P<double>[^\"\n]{{1,9000}})\"|'(?P<single>[^'\n]{{1,9000}})'|(?P<plain>{_WORD}))"
"""A word of a command, quoted or not, as long as the key of an account in one line."""
_GAP = r"[ \t]+"
_FLAGS = rf"{_GAP}(?:-\w+{_GAP}){{0,8}}"
_SUDO = r"\bsudo\s+(?:-[\w-]+\s+){0,4}?-\w{0,9}S"

_FORMS = (
    (("://",), r"://(?P<secret>[\w-]{20,})@"),
    # https://github.com/go-sql-driver/mysql#dsn-data-source-name
    (("@tcp(", "@unix("), r"(?<![\w.-])[\w.-]+:(?P<secret>[^\s@\"']{1,200})@(?:tcp|unix)\("),
    (("earer",), r"earer(?<=\b[Bb]earer)\s+(?P<secret>[\w.~+/=-]{12,})"),
    # https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
    (
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox"),
        r"(?<![\w-])(?P<secret>(?:gh[pousr]_|github_pat_)\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,})",
    ),
    (
        ("k_live_", "sk-", "SG.", "hvs.", "hvb."),
        r"(?<![\w-])(?P<secret>[rs]k_live_\w{10,}|sk-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[sb]\.[\w-]{20,})",
    ),
    (
        ("dckr_pat_", "npm_", "AIza", "AGE-SECRET-KEY-1", "hf_", "dop_v1_", "whsec_"),
        r"(?<![\w-])(?P<secret>(?:dckr_pat|hf|dop_v1|whsec)_[\w-]{20,}|npm_\w{30,}|AIza[\w-]{35}|AGE-SECRET-KEY-1\w+)",
    ),
    (("eyJ",), r"(?<![\w-])(?P<secret>eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"),
    # https://docs.k3s.io/cli/token#token-format
    (("K10",), r"\bK10[0-9a-f]{20,}::(?P<secret>[^\s\"']+)"),
    (("hooks.slack",), r"hooks\.slack\.com/services/(?P<secret>[^\s\"'<>]+)"),
    (("/api/webhooks/",), r"/api/webhooks/\d+/(?P<secret>[\w-]{20,})"),
    # crypt(5), and what htpasswd writes; `$$` in Compose files
    (
        ("$apr1$", "$2", "$5$", "$6$", "$y$", "$argon2"),
        r"(?P<secret>\${1,2}(?:apr1|2[abxy]|[56]|y|argon2\w+)\${1,2}[\w./$=,+-]{8,})",
    ),
    (("--from-literal",), r"--from-literal[=\s]+[\"'][\w.-]+=(?P<secret>[^\"'\n]+)"),
    (("--from-literal",), rf"--from-literal[=\s]+[\w.-]+={_GIVEN}"),
    (
        ("-u",),
        r"-u(?:(?<=(?<![\w-])-u)|ser(?<=(?<![\w-])--user)[=\s\"',])[=\s\"',]*[\w.@+-]+:(?!\d+\b)(?P<secret>[^\s\"']+)",
    ),
    (
        ("-U", "--proxy-user", "stats"),
        r"(?<![\w-])(?:-U|--proxy-user|stats\s+auth)[=\s\"',]+[\w.@+-]+:(?!\d+\b)(?P<secret>[^\s\"';|&]+)",
    ),
    # https://curl.se/docs/manpage.html#-b
    (("curl",), r"\bcurl\b[^\n|;&]{0,300}?\s(?:-b|--cookie)[\s=]+[\"']?[\w.-]+=(?P<secret>[^\s\"'|&]+)"),
    # https://docs.openssl.org/master/man1/openssl-passphrase-options/
    (("pass:",), r"-pass(?:in|out)?[=\s\"',]+pass:(?P<secret>[^\s\"']+)"),
    (("mongo", "cqlsh"), rf"\b(?:mongo\w*|cqlsh)\b[^\n|;&]{{0,300}}?[\s\"',]-p[\s=,\"']+(?!\d+\b){_GIVEN}"),
    (
        ("mysql", "mariadb"),
        rf"\b(?:mysql\w*|mariadb[\w-]*)\b[^\n|;&]{{0,300}}?[\s\"',\[]-p(?![\s\"'])(?P<secret>{_WORD})",
    ),
    (("sshpass",), rf"\bsshpass\s+-p\s*{_GIVEN}"),
    (("login",), rf"\blogin\b[^\n|;&]{{0,300}}?\s-p[\s=]+{_GIVEN}"),
    (("redis-cli",), rf"\bredis-cli\b[^\n|;&]{{0,300}}?[\s\"',]-a[\s=,]+{_GIVEN}"),
    (
        ("htpasswd",),
        rf"\bhtpasswd{_FLAGS}-\w{{0,9}}b\w{{0,9}}{_FLAGS}(?:[\w./@-]+{_GAP}){{1,3}}(?P<secret>[^\s\"'|;&]+)",
    ),
    (
        ("--password-stdin", "--stdin", "chpasswd", "sudo"),
        rf"\becho\s+(?:-\w+\s+){{0,8}}{_GIVEN}\s*\|[^\n|]{{0,300}}?(?:--password-stdin|--stdin|\bchpasswd|{_SUDO})\b",
    ),
    (("--password-stdin",), rf"<<<\s*{_GIVEN}[^\n]{{0,300}}?--password-stdin"),
    # HAProxy, Redis, netrc
    (("password ", "password\t"), r"(?m:^)[ \t]*user[ \t]+\S+[ \t]+(?:insecure-)?password[ \t]+(?P<secret>\S+)"),
    (
        ("requirepass ", "requirepass\t", "masterauth ", "masterauth\t"),
        r"(?m:^)[ \t]*(?:requirepass|masterauth)[ \t]+(?P<secret>\S+)",
    ),
    # https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
    (("user",), r"(?m:^)[ \t]*user[ \t]+\S+[ \t](?:[^\n>]{0,300}[ \t])?>(?P<secret>\S+)"),
    # https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration
    (("_auth",), r"(?<![\w-])_auth(?:Token)?[ \t]*=[ \t]*(?P<secret>[^\s\"']+)"),
    # https://www.postgresql.org/docs/current/libpq-pgpass.html
    (
        (":",),
        r"(?m:^)[ \t]*(?:[\w.*-]+:(?:\d{2,5}|\*):[\w.*-]+:[\w.*-]+):(?P<secret>[^\s:\"']+)[ \t]*(?m:$)",
    ),
    (("login",), r"\blogin\s+\S+\s+password\s+(?P<secret>\S+)"),
)
"""Signs without one of which a form stands nowhere, and the form; what is secret in it is a group.

What may be long is bounded, so that no line costs the square of its length. A form whose signs stand in many texts
begins with letters that are cheap to look for, and looks back at what stands before them.
"""
_ANY_CASE = (
    (
        (b"authorization",),
        regex(r"(?i:\bauthorization\b\W{0,8}(?:bearer|basic|token|digest|apikey)\s+)(?P<secret>[^\s\"'\\,;<>]+)"),
    ),
    # SQL
    ((b"identified", b"password"), regex(r"(?i:\b(?:identified\s+by|password)\s+')(?P<secret>[^'\n]+)'")),
)
"""Words in small letters, and the form that begins with one of them, in whatever letters."""
_USER = regex(r"://[^\s/:@\"'<>?#]*:(?!\d{1,5}[/?#])(?P<secret>(?:(?!,?\w{1,12}://)[^\s\"'<>])+)@")
"""The user information of a URL, behind its scheme: RFC 3986, 3.2.1; a port with a path behind it is none."""
_SCHEME = regex(r"[\w+.-]")
_COMPILED = tuple((signs, regex(form)) for signs, form in _FORMS)
_GROUPS = ("secret", "double", "single", "plain")
_DEFAULT = regex(r"\$\{(?P<name>\w+):?[-=](?P<secret>[^{}]+)\}")
_DOCKER = regex(r"auth(?<=\bauth)[\"'\\]*\s*[:=]\s*[\"'\\]*(?P<secret>[A-Za-z0-9+/]{8,}={0,2})")
_MARKUP = regex(r"<(?P<name>[\w.:-]{1,100})>(?P<secret>[^<>\n]{1,500})</")
_HEADER = regex(rf"set[_-]header\s+[\"']?(?P<name>[\w-]{{1,100}})[\"']?\s+{_GIVEN}")
_BY_NAME = (("</", _MARKUP, is_secret_name), ("header", _HEADER, is_secret_header))
"""A sign, a form with a name in it, and which names say that it is secret."""
_SENSITIVE = regex(
    r"set_sensitive\s*(?:=\s*\[(?:\s*\{(?:[^{}]|\$\{[^{}]*\})*\}\s*,?)*|=?\s*\{(?:[^{}]|\$\{[^{}]*\})*\})"
)
_VAULT = regex(r"\bvault[ \t]+(?:kv[ \t]+(?:put|patch)|write)[ \t][^\n|;&]{1,9000}")
_FIELD = regex(rf"[ \t][\w.-]+={_GIVEN}")
"""https://developer.hashicorp.com/vault/docs/commands/kv/put"""
_VALUE = regex(r"\bvalue\s*=\s*\"(?P<secret>[^\"\n]*)\"")


def formed(text: str) -> Iterator[Span]:
    """Passwords in URLs, tokens of known form, private keys, and what well-known commands take as a password."""
    for signs, pattern in _COMPILED:
        for match in pattern.finditer(text) if any(sign in text for sign in signs) else ():
            group = next(name for name in _GROUPS if name in pattern.groupindex and match[name] is not None)
            if not is_open(match[group]):
                yield Span(*match.span(group))
    for secret in (*_of_users(text), *_in_any_case(text)):
        if not is_open(text[secret.start : secret.end]):
            yield secret
    for match in _DEFAULT.finditer(text):
        if is_secret_name(match["name"]) and not is_open(match["secret"]):
            yield Span(*match.span("secret"))
    for sign, pattern, is_secret in _BY_NAME:
        for match in pattern.finditer(text) if sign in text else ():
            group = next(name for name in _GROUPS if match.groupdict().get(name) is not None)
            if is_secret(match["name"]) and not is_open(match[group]):
                yield Span(*match.span(group))
    for block in _SENSITIVE.finditer(text) if "set_sensitive" in text else ():
        for match in _VALUE.finditer(text, *block.span()):
            if not is_open(match["secret"]):
                yield Span(*match.span("secret"))
    for line in _VAULT.finditer(text) if "vault" in text else ():
        for match in _FIELD.finditer(text, *line.span()):
            group = next(name for name in _GROUPS if match.groupdict().get(name) is not None)
            if not is_open(match[group]):
                yield Span(*match.span(group))
    for match in _DOCKER.finditer(text) if "auth" in text else ():
        if _is_login(match["secret"]):
            yield Span(*match.span("secret"))
    yield from private_keys(text)


def _of_users(text: str) -> Iterator[Span]:
    """Passwords in URLs."""
    position = 0
    while "@" in text and (match := _USER.search(text, position)):
        first = match.start()
        while first > position and _SCHEME.match(text[first - 1]):
            first -= 1
        is_scheme = text[first].isascii() and text[first].isalpha()
        if is_scheme:
            yield Span(*match.span("secret"))
        position = match.end() if is_scheme else match.start() + 1


def _in_any_case(text: str) -> Iterator[Span]:
    """What stands behind words that are written in small letters and in capitals."""
    small = folded(text)
    for words, pattern in _ANY_CASE:
        position = 0
        for start in sorted(at for word in words for at in occurrences(small, word)):
            if start >= position and (match := pattern.match(text, start)):
                yield Span(*match.span("secret"))
                position = match.end()


def _is_login(encoded: str) -> bool:
    """Whether this is `user:password` in base64, as a `config.json` of Docker holds it."""
    try:
        return b":" in base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
