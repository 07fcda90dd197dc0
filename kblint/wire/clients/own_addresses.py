"""The addresses that applications give of themselves, in mails, in redirects and to others that shall call back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import Struct

from kblint.model.bundle import Bundle
from kblint.model.workload import Container, Workload
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.spelling import is_typo
from kblint.source.text import Place
from kblint.syntax.passage import Passage
from kblint.wire.listening.images import parse_image
from kblint.wire.listening.variables import Variables
from kblint.wire.routes.backends import WiredBackend
from kblint.wire.services.controllers import ConfigMapOf

_VARIABLES = {
    "apache/airflow": ("AIRFLOW__WEBSERVER__BASE_URL",),
    "baserow/baserow": ("BASEROW_PUBLIC_URL",),
    "calcom/cal.com": ("NEXT_PUBLIC_WEBAPP_URL", "NEXTAUTH_URL"),
    "chatwoot/chatwoot": ("FRONTEND_URL",),
    "directus/directus": ("PUBLIC_URL",),
    "gitea/gitea": ("GITEA__server__ROOT_URL", "GITEA__server__DOMAIN"),
    "ghost": ("url",),
    "grafana/grafana": ("GF_SERVER_ROOT_URL", "GF_SERVER_DOMAIN"),
    "hedgedoc/hedgedoc": ("CMD_DOMAIN",),
    "keycloak/keycloak": ("KC_HOSTNAME",),
    "langfuse/langfuse": ("NEXTAUTH_URL",),
    "mattermost/mattermost-enterprise-edition": ("MM_SERVICESETTINGS_SITEURL",),
    "mattermost/mattermost-team-edition": ("MM_SERVICESETTINGS_SITEURL",),
    "metabase/metabase": ("MB_SITE_URL",),
    "n8nio/n8n": ("WEBHOOK_URL", "N8N_EDITOR_BASE_URL", "N8N_HOST"),
    "nextcloud": ("OVERWRITEHOST",),
    "nocodb/nocodb": ("NC_PUBLIC_URL",),
    "outlinewiki/outline": ("URL",),
    "paperless-ngx/paperless-ngx": ("PAPERLESS_URL",),
    "penpotapp/frontend": ("PENPOT_PUBLIC_URI",),
    "plausible/community-edition": ("BASE_URL",),
    "rocketchat/rocket.chat": ("ROOT_URL",),
    "vaultwarden/server": ("DOMAIN",),
    "zitadel/zitadel": ("ZITADEL_EXTERNALDOMAIN",),
}
"""The variables of each application's own documentation, by the path of its image."""
_HOST = regex(r"(?:https?://)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:/.*)?", re.ASCII)


class OwnAddress(Struct, frozen=True, eq=False):
    """An address that no route serves, though routes lead to the application under another one.

    `served` is that other one, which it resembles; `route` is what serves it.
    """

    workload: Workload
    container: Container
    variable: str
    host: str
    place: Place
    served: str
    route: WiredBackend


def unserved_addresses(
    bundle: Bundle, backends: Iterable[WiredBackend], config_map_of: ConfigMapOf, secret_of: ConfigMapOf
) -> Iterator[OwnAddress]:
    """Addresses that applications give of themselves and that no route of the input serves."""
    backends = tuple(backends)
    hosts = {one.rule.host for one in backends}
    leading = grouped((selected.workload, one) for one in backends if one.service for selected in one.service.selected)
    for workload in bundle.all(Workload) if leading else ():
        for container in workload.pod.running_containers if workload in leading else ():
            names = _VARIABLES.get(_image(container), ())
            space = workload.meta.namespace
            variables = Variables(container, partial(config_map_of, space), secret=partial(secret_of, space))
            for name in names:
                value = variables.get(name)
                match = _HOST.fullmatch(value.text) if isinstance(value, Passage) else None
                if match is None or not isinstance(value, Passage) or _is_served(match["host"], hosts):
                    continue
                meant = _meant(match["host"], leading[workload])
                if meant:
                    place = value.place(*match.span("host"))
                    served = str(meant.rule.host)
                    yield OwnAddress(workload, container, name, match["host"], place, served, meant)


def _image(container: Container) -> str:
    path = parse_image(container.image).path if isinstance(container.image, str) else ""
    return path.removeprefix("library/")


def _is_served(host: str, hosts: Iterable[object]) -> bool:
    """Whether some route is for a host, or for any, or for one that nobody knows."""
    wildcard = f"*.{host.partition('.')[2]}"
    return any(not isinstance(one, str) or one in (host, wildcard) for one in hosts)


def _meant(host: str, backends: Iterable[WiredBackend]) -> WiredBackend | None:
    """The route whose host is of the same domain, or a slip of the hand away; of several the first."""
    own = [one for one in backends if isinstance(one.rule.host, str)]
    domain = host.partition(".")[2]
    return next((one for one in own if is_typo(host, str(one.rule.host)) or _domain(one) == domain), None)


def _domain(backend: WiredBackend) -> str:
    return str(backend.rule.host).partition(".")[2]
