"""Which names say that what they name is secret: of keys, variables and flags."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from kblint.source.regex import regex

_WORD = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST = 200
"""Characters of a name that are looked at, from its end: that is where it says what it is."""

_SAYS = frozenset(
    {
        *(
            "credential",
            "credentials",
            "dsn",
            "htpasswd",
            "dockerconfigjson",
            "dockercfg",
            "connstr",
            "passwords",
            "pgpass",
        ),
        *("apikey", "secretkey", "accesskey", "privatekey", "masterkey", "authkey", "signingkey", "encryptionkey"),
        "pgpass",
    }
)
"""Words that say so wherever they stand in a name; `_ENDINGS` do as the end of a word too."""
_ENDINGS = ("password", "passwd", "passphrase", "token", "secret", "connectionstring")
_LAST = frozenset(
    {"pass", "pwd", "pw", "dbpass", "userpass", "rootpass", "adminpass", "requirepass", "masterauth", "bearer", "jwt"}
    | {"hmac", "pepper", "salt"}
)
"""Words that say so at the end of a name only."""
_WHATEVER = frozenset(
    {
        *("data", "value", "base", "b", "plain", "plaintext", "text", "json", "raw", "hash", "encoded", "decoded"),
        *("prod", "production", "dev", "staging", "test", "live", "default", "old", "new", "current", "previous"),
    }
)
"""Words at the end of a name that change nothing: `client-key-data`, `SECRET_KEY_BASE`."""
_ABOUT = frozenset(
    {
        *("name", "names", "ref", "refs", "path", "paths", "file", "files", "dir", "directory", "mount", "mounts"),
        *("volume", "volumes", "url", "urls", "uri", "endpoint", "endpoints", "host", "port", "ports", "id", "ids"),
        *("ttl", "ms", "expiry", "expiration", "expires", "seconds", "minutes", "hours", "days", "timeout", "lifetime"),
        *("length", "size", "bits", "min", "max", "count", "limit", "limits", "type", "kind", "class", "mode"),
        *("enabled", "disabled", "enable", "disable", "required", "optional", "exists", "policy", "policies"),
        *("provider", "providers", "store", "stores", "backend", "engine", "driver", "plugin", "operator", "manager"),
        *("version", "format", "header", "headers", "issuer", "audience", "audiences", "method", "algorithm", "alg"),
        *("namespace", "prefix", "suffix", "label", "labels", "annotation", "annotations", "field", "property", "env"),
        *("var", "variable", "reader", "review", "reviews", "request", "requests", "controller", "rotation", "rotate"),
        *("interval", "selector", "user", "username", "role", "server", "service", "services", "generator", "template"),
        *("projection", "source", "from", "location", "scope", "scopes", "group", "owner", "keys", "index", "stdin"),
        *(
            "cert",
            "certs",
            "certificate",
            "create",
            "reset",
            "strength",
            "hint",
            "sync",
            "validity",
            "age",
            "strategy",
            "options",
            "config",
            "through",
        ),
    }
)
"""Words at the end of a name that make it say something about a secret, and not the secret itself."""
_ASKS = frozenset(
    {"is", "has", "use", "no", "num", "max", "min", "enable", "disable", "create", "generate", "automount", "existing"}
)
"""Words at the beginning that do the same."""
_OPEN_KEYS = frozenset(
    {
        *("public", "pub", "topology", "partition", "sort", "primary", "foreign", "cache", "index", "row", "routing"),
        *("group", "map", "config", "label", "annotation", "lookup", "hot", "short", "object", "ref", "property"),
        *("remote", "match", "node", "taint", "selector", "translation", "issue", "join", "claim", "header", "field"),
        *(
            "message",
            "caller",
            "level",
            "time",
            "stacktrace",
            "handler",
            "name",
            "list",
            "runtime",
            "descriptor",
            "tag",
        ),
        *("query", "param", "path", "item", "entry", "parent", "unique", "composite", "idempotency", "correlation"),
        *("env", "order", "user", "username", "password", "registry", "next", "any", "a", "the", "each", "same"),
    }
)
"""What makes a `key` no secret: it locks nothing, or tells under which name a secret is kept."""
_NAMED_SECRETS = frozenset(
    {"existing", "pull", "tls", "ssl", "cert", "certificate", "ca", "image", "external", "kubernetes", "sealed"}
)
"""What makes a `secret` the name of a Secret."""
_PASSED = frozenset({"proxy", "fastcgi", "uwsgi", "grpc", "scgi", "memcached", "by", "all"})
"""What makes a `pass` no password, as nginx's `proxy_pass`."""
_CONNECTIONS = frozenset({"connection", "conn"})
_STRINGS = frozenset({"string", "str"})
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
"""Headers of HTTP whose values let somebody in. https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2"""
HINTS = (
    *(b"key", b"secret", b"token", b"pass", b"pw", b"cred", b"dsn", b"conn", b"dockerc", b"masterauth"),
    *(b"bearer", b"authorization", b"cookie", b"rediscli_auth", b"hmac", b"jwt", b"pepper", b"salt"),
)
"""In small letters: each name that says so holds one of them."""


def is_secret_header(name: str) -> bool:
    """Whether what stands beside a name, as in the headers of a probe, is secret."""
    return name.lower() in _HEADERS or is_secret_name(name)


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is secret: `DB_PASSWORD`, `apiKey`, `hcloud_token`.

    Names are split into words, so `keyboard` is no key; `tokenPath`, `secretName` and `topologyKey` are about one.
    """
    if name in ("PWD", "OLDPWD"):
        return False  # the working directory
    if name == "REDISCLI_AUTH":
        return True
    words = [word.lower() for word in _WORD.findall(name[-_LONGEST:])]
    if any(first in _CONNECTIONS and second in _STRINGS for first, second in pairwise(words)):
        return True
    while len(words) > 1 and words[-1] in _WHATEVER:
        words.pop()
    if not words or words[-1] in _ABOUT or words[0] in _ASKS:
        return False
    *before, last = words
    kind = before[-1] if before else ""
    if last in ("key", "keys"):
        return last == "key" and bool(before) and kind not in _OPEN_KEYS
    if last == "secret" and kind in _NAMED_SECRETS:
        return False
    if last in _LAST:
        return kind not in _PASSED
    return any(word in _SAYS or word.endswith(_ENDINGS) for word in words)
