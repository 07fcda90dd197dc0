"""Shapes beside those of `tests/given/growth.py`, each tried once by somebody who wanted to keep kblint busy.

Those that did are `MENDED`: their steps are counted by `tests/test_growth.py`. `benchmarks/growth.py` times all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.given import growth_of_builds as of_builds
from tests.given import growth_of_names as of_names
from tests.given import growth_of_routes as of_routes
from tests.given.growth_parts import Files

MENDED: Mapping[str, Callable[[int], Files]] = {
    made.__name__: made
    for made in (
        of_names.misspelled_annotations_of_one_service,
        of_names.misspelled_middlewares,
        of_names.misspelled_classes,
        of_names.misspelled_gateways,
        of_names.misspelled_workloads,
        of_names.misspelled_keys,
        of_routes.ports_of_one_service,
        of_routes.ports_of_one_service_of_known_images,
        of_routes.containers_of_one_pod_with_ports,
        of_routes.containers_that_listen_on_one_port,
        of_routes.subsets_of_endpoints,
        of_builds.hosts_and_balancers,
        of_builds.commands_of_helm,
    )
}
BY_VIEW: Mapping[str, tuple[Callable[[int], Files], ...]] = {
    "checklist": (of_routes.matches_of_traefik, of_builds.firewalls_and_ports, of_builds.hosts_and_balancers),
    "trace": (of_routes.matches_of_traefik,),
    "ports": (of_routes.ports_behind_ufw, of_builds.firewalls_and_ports),
}
"""Shapes for which what another command than `check` does is counted too."""
TRIED: Mapping[str, Callable[[int], Files]] = {
    made.__name__: made
    for made in (
        of_names.misspelled_annotations,
        of_names.misspelled_budgets,
        of_names.misspelled_config_maps,
        of_names.misspelled_port_names,
        of_names.misspelled_fields,
        of_names.misspelled_fields_of_many,
        of_names.misspelled_kinds,
        of_names.misspelled_issuers,
        of_names.misspelled_urls,
        of_names.misspelled_mounts,
        of_names.misspelled_words_of_nginx,
        of_names.long_names,
        of_routes.ports_and_pods_of_one_service,
        of_routes.containers_of_one_pod,
        of_routes.ports_behind_ufw,
        of_routes.sources_behind_ufw,
        of_routes.host_regexps_of_traefik,
        of_routes.long_host_regexp,
        of_routes.matches_of_traefik,
        of_routes.negations_of_traefik,
        of_routes.routes_of_one_traefik_object,
        of_routes.services_of_one_traefik_route,
        of_routes.traefik_services_of_each_other,
        of_routes.middlewares_of_one_chain,
        of_routes.rules_of_one_http_route,
        of_routes.backends_of_one_http_route,
        of_routes.hostnames_and_gateways,
        of_routes.certificates_and_hosts,
        of_routes.hosts_of_one_certificate,
        of_routes.one_document_many_times,
        of_routes.applications_of_one_name,
        of_routes.policies_of_one_pod,
        of_routes.policies_of_all_pods,
        of_routes.calls_between_pods_behind_policies,
        of_routes.upstreams_of_nginx,
        of_routes.addresses_of_endpoint_slices,
        of_builds.overlays_of_a_large_base,
        of_builds.overlays_of_overlays,
        of_builds.patches_of_one_object,
        of_builds.patches_of_all_objects,
        of_builds.strategic_patches,
        of_builds.operations_of_one_patch,
        of_builds.pointers_of_one_patch,
        of_builds.replacements,
        of_builds.replacements_in_all,
        of_builds.images_and_containers,
        of_builds.generated_config_maps,
        of_builds.variables_of_kustomize,
        of_builds.labels_of_all,
        of_builds.for_each_of_terraform,
        of_builds.counted_resources_of_terraform,
        of_builds.dynamic_blocks_of_terraform,
        of_builds.modules_of_terraform,
        of_builds.balancers_of_terraform,
        of_builds.functions_of_a_shell,
        of_builds.shells_within_shells,
        of_builds.edits_with_sed,
        of_builds.loops_of_ansible,
        of_builds.plays_of_ansible,
        of_builds.playbooks_of_ansible,
        of_builds.servers_of_k3s,
        of_builds.installs_of_k3s,
        of_builds.flags_of_k3s,
        of_builds.firewalls_and_ports,
        of_builds.balancers_of_services,
        of_builds.charts_with_values,
        of_builds.releases_of_one_chart,
        of_builds.values_set_one_by_one,
        of_builds.nested_ignore_files,
        of_builds.custom_resources,
        of_builds.suppressing_annotations,
        of_builds.ignored_objects,
        of_builds.fixes_that_are_refused,
        of_builds.mistakes_in_one_line,
    )
}
