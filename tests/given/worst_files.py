"""Files beside manifests, below 1 MB, that a stranger may write to keep kblint busy; `benchmarks/worst.py` runs them."""

# ruff: noqa: E501 - a table of texts, each on the lines it needs
from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.given.worst_inputs import SHARED, UFW, Files, again, config, filled, mounted, nested, pod_of, tf

FILES: Mapping[str, Callable[[], Files]] = {
    "hcl-nested-blocks": lambda: tf(nested("a {\n", "}\n")),
    "hcl-nested-lists": lambda: tf("locals {\n a = " + nested("[", "]") + "\n}"),
    "hcl-nested-parentheses": lambda: tf("locals {\n a = " + nested("(", ")", "1") + "\n}"),
    "hcl-templates": lambda: tf('locals {\n a = "' + nested('${"', '"}') + '"\n}'),
    "hcl-quotes": lambda: tf("locals {\n a = " + again('"')),
    "hcl-broken-heads": lambda: tf(again("a {\n")),
    "hcl-broken-attributes": lambda: tf(again("a = [\n")),
    "hcl-sums": lambda: tf("locals {\n a = " + again("1 + ") + "1\n}"),
    "hcl-conditionals": lambda: tf("locals {\n a = " + again("true ? 1 : ") + "1\n}"),
    "hcl-locals": lambda: tf("locals {\n" + filled(lambda i: f"a{i} = local.a{i + 1}") + "\n}"),
    "hcl-resources": lambda: tf(filled(lambda i: f'resource "hcloud_firewall" "f{i}" {{\n name = "f{i}"\n}}')),
    "hcl-heredocs": lambda: tf("locals {\n" + filled(lambda i: f"a{i} = <<E") + "\n}"),
    "hcl-comments": lambda: tf(again("/*")),
    "hcl-for": lambda: tf("locals {\n a = " + nested("[for x in [1,2,3] : ", "]", "1") + "\n}"),
    "shell-pod-subshells": lambda: pod_of(nested("(", ")", "a")),
    "shell-pod-substitutions": lambda: pod_of("echo " + nested("$(echo ", ")", "a")),
    "shell-pod-quotes": lambda: pod_of("echo " + again('"')),
    "shell-pod-backslashes": lambda: pod_of("echo " + again("\\\n")),
    "shell-pod-heredocs": lambda: pod_of(filled(lambda _: "cat <<E", 200_000)),
    "shell-pod-pipes": lambda: pod_of(again("a|", 6000)),
    "shell-pod-expansions": lambda: pod_of(again("${a:-", 200_000)),
    "shell-pod-backticks": lambda: pod_of(again("`a ", 200_000)),
    "shell-pod-ifs": lambda: pod_of(again("if a; then\n", 200_000)),
    "shell-pod-cases": lambda: pod_of(again("case a in\n", 200_000)),
    "shell-pod-braces": lambda: pod_of(again("{ ", 200_000)),
    "shell-pod-brackets": lambda: pod_of(again("[[ a && ", 200_000)),
    "shell-pod-arithmetic": lambda: pod_of(again("$((1+", 9000)),
    "shell-pod-assignments": lambda: pod_of(filled(lambda i: f"A{i}=$A{i - 1}x", 200_000)),
    "shell-pod-echo": lambda: pod_of(filled(lambda i: f"echo a > /etc/nginx/conf.d/a{i}.conf", 200_000)),
    "shell-pod-words": lambda: pod_of("nginx " + again("a ", 200_000)),
    "shell-pod-semicolons": lambda: pod_of(again(";", 200_000)),
    "shell-pod-and": lambda: pod_of(again("a&&", 200_000)),
    "shell-pod-redirections": lambda: pod_of("a " + again(">a ", 200_000)),
    "ufw-listing": lambda: {
        "ufw-status.txt": UFW + filled(lambda i: f"{i % 60000}/tcp".ljust(26) + "ALLOW       Anywhere")
    },
    "ufw-listing-spaces": lambda: {"ufw-status.txt": UFW + "22" + again(" ") + "x"},
    "ufw-listing-words": lambda: {"ufw-status.txt": UFW + again("a ") + "ALLOW"},
    "ufw-script": lambda: {"a.sh": filled(lambda i: f"ufw allow {i % 60000}", 200_000)},
    "ufw-script-inserts": lambda: {"a.sh": filled(lambda i: f"ufw insert 1 allow {i % 60000}", 120_000)},
    "ufw-script-deletes": lambda: {"a.sh": filled(lambda i: f"ufw delete allow {i % 60000}", 120_000)},
    "ufw-script-long": lambda: {"a.sh": filled(lambda i: f"ufw allow {i % 60000}")},
    "ufw-rules": lambda: {
        "user.rules": "*filter\n### RULES ###\n"
        + filled(lambda i: f"### tuple ### allow tcp {i % 60000} 0.0.0.0/0 any 0.0.0.0/0 in")
    },
    "ufw-script-broken": lambda: {"a.sh": "ufw allow 80\n" + filled(lambda _: "a (", 200_000)},
    "nginx-servers": lambda: mounted(
        "nginx", "/etc/nginx/conf.d", "a.conf", filled(lambda i: f"server {{ listen {i % 60000 + 1}; }}", 200_000)
    ),
    "nginx-nested": lambda: mounted("nginx", "/etc/nginx/conf.d", "a.conf", "a{" * 60_000 + "}" * 60_000),
    "nginx-quotes": lambda: mounted("nginx", "/etc/nginx/conf.d", "a.conf", '"' * 200_000),
    "nginx-braces": lambda: mounted("nginx", "/etc/nginx/conf.d", "a.conf", "${" * 100_000),
    "nginx-listens": lambda: mounted(
        "nginx",
        "/etc/nginx/conf.d",
        "a.conf",
        "server {\n" + filled(lambda i: f"listen {i % 60000 + 1};", 200_000) + "\n}",
    ),
    "nginx-locations": lambda: mounted(
        "nginx",
        "/etc/nginx/conf.d",
        "a.conf",
        "server { listen 80;\n" + filled(lambda i: f"location /a{i} {{ return 200; }}", 200_000) + "\n}",
    ),
    "nginx-includes": lambda: mounted("nginx", "/etc/nginx/conf.d", "a.conf", again("include *.conf;\n", 200_000)),
    "apache-listens": lambda: mounted(
        "httpd", "/usr/local/apache2/conf", "httpd.conf", filled(lambda i: f"Listen {i % 60000 + 1}", 500_000)
    ),
    "apache-sections": lambda: mounted(
        "httpd", "/usr/local/apache2/conf", "httpd.conf", again("<IfModule a>\n", 500_000) + "Listen 80"
    ),
    "apache-continued": lambda: mounted("httpd", "/usr/local/apache2/conf", "httpd.conf", again("a \\\n", 500_000)),
    "apache-quotes": lambda: mounted("httpd", "/usr/local/apache2/conf", "httpd.conf", "Listen " + again('"', 500_000)),
    "caddy-sites": lambda: mounted("caddy", "/etc/caddy", "Caddyfile", filled(lambda i: f"h{i}:80 {{\n}}", 250_000)),
    "caddy-nested": lambda: mounted("caddy", "/etc/caddy", "Caddyfile", again("a {\n", 250_000)),
    "caddy-quotes": lambda: mounted("caddy", "/etc/caddy", "Caddyfile", again('"`', 250_000)),
    "caddy-variables": lambda: mounted("caddy", "/etc/caddy", "Caddyfile", again("{$A:", 250_000)),
    "haproxy-binds": lambda: mounted(
        "haproxy",
        "/usr/local/etc/haproxy",
        "haproxy.cfg",
        "frontend a\n" + filled(lambda i: f"bind :{i % 60000 + 1}", 500_000),
    ),
    "haproxy-range": lambda: mounted(
        "haproxy", "/usr/local/etc/haproxy", "haproxy.cfg", "frontend a\n" + again("bind :1-65535\n", 50_000)
    ),
    "haproxy-sections": lambda: mounted(
        "haproxy", "/usr/local/etc/haproxy", "haproxy.cfg", filled(lambda i: f"frontend a{i}\nbind :80", 500_000)
    ),
    "haproxy-commas": lambda: mounted(
        "haproxy", "/usr/local/etc/haproxy", "haproxy.cfg", "frontend a\nbind " + again(":80,", 500_000)
    ),
    "haproxy-quotes": lambda: mounted(
        "haproxy", "/usr/local/etc/haproxy", "haproxy.cfg", "frontend a\nbind " + again('"', 500_000)
    ),
    "ansible-tasks": lambda: {
        "a.yaml": "- hosts: all\n  tasks:\n" + filled(lambda i: f"  - ufw: {{rule: allow, port: {i}}}")
    },
    "ansible-loop": lambda: {
        "a.yaml": "- hosts: all\n  tasks:\n  - ufw: {rule: allow, port: '{{ item }}'}\n    loop:\n"
        + filled(lambda i: f"    - {i}")
    },
    "ansible-blocks": lambda: {
        "a.yaml": "- hosts: all\n  tasks: " + "[{block: " * 90 + "[{ufw: {rule: allow, port: 1}}]" + "}]" * 90
    },
    "ansible-variables": lambda: {
        "a.yaml": "- hosts: all\n  vars:\n"
        + filled(lambda i: f"    a{i}: '{{{{ a{i + 1} }}}}{{{{ a{i + 1} }}}}'")
        + "\n  tasks:\n  - ufw: {rule: allow, port: '{{ a0 }}'}"
    },
    "ansible-braces": lambda: {"a.yaml": "- hosts: all\n  tasks:\n  - ufw: {rule: allow, port: '" + again("{{") + "'}"},
    "ansible-line": lambda: {"a.yaml": "- hosts: all\n  tasks:\n  - ufw: " + again("a=b ")},
    "ansible-shells": lambda: {
        "a.yaml": "- hosts: all\n  tasks:\n" + filled(lambda i: f"  - shell: ufw allow {i % 60000}")
    },
    "ansible-plays": lambda: {
        "a.yaml": filled(lambda i: f"- hosts: h{i}\n  tasks: [{{ufw: {{rule: allow, port: {i}}}}}]")
    },
    "cloud-init-runcmd": lambda: {"a.yaml": "#cloud-config\nruncmd:\n" + filled(lambda i: f"- ufw allow {i % 60000}")},
    "cloud-init-lists": lambda: {
        "a.yaml": "#cloud-config\nruncmd:\n" + filled(lambda i: f"- [ufw, allow, '{i % 60000}']")
    },
    "cloud-init-script": lambda: {
        "a.yaml": "#cloud-config\nruncmd:\n- |\n" + filled(lambda i: f"  ufw allow {i % 60000}")
    },
    "cloud-init-files": lambda: {
        "a.yaml": "#cloud-config\nwrite_files:\n"
        + filled(lambda i: f"- {{path: /etc/rancher/k3s/config{i}.yaml, content: 'a: 1'}}")
    },
    "cloud-init-file": lambda: {
        "a.yaml": "#cloud-config\nwrite_files:\n- path: /etc/rancher/k3s/config.yaml\n  content: |\n"
        + filled(lambda i: f"    a{i}: 1")
    },
    "kube-hetzner-sets": lambda: {
        "main.tf": 'module "kube-hetzner" {\n source = "kube-hetzner/kube-hetzner/hcloud"\n extra_firewall_rules = [\n'
        + filled(lambda i: f'{{direction = "in", protocol = "tcp", port = "{i}", source_ips = ["0.0.0.0/0"]}},')
        + "\n]\n}"
    },
    "hetzner-k3s": lambda: {
        "a.yaml": "cluster_name: a\nkubeconfig_path: a\nk3s_version: v1.30.0+k3s1\nnetworking:\n  allowed_networks:\n    api:\n"
        + filled(lambda i: f"    - 10.{i // 256 % 256}.{i % 256}.0/24")
    },
    "hcloud-balancer": lambda: {
        "lb.json": '{"load_balancers": [{"name": "a", "targets": [], "services": ['
        + ",".join(f'{{"protocol":"tcp","listen_port":{i},"destination_port":{i}}}' for i in range(15_000))
        + "]}]}"
    },
    "hcloud-targets": lambda: {
        "lb.json": '{"load_balancers": [{"name": "a", "services": [], "targets": ['
        + ",".join(f'{{"type":"ip","ip":{{"ip":"10.0.{i // 256 % 256}.{i % 256}"}}}}' for i in range(20_000))
        + "]}]}"
    },
    "hcloud-firewall": lambda: {
        "f.json": '{"firewalls": [{"name": "a", "rules": ['
        + ",".join(
            f'{{"direction":"in","protocol":"tcp","port":"{i}","source_ips":["0.0.0.0/0"]}}' for i in range(12_000)
        )
        + "]}]}"
    },
    "hcloud-nested": lambda: {"f.json": '{"firewalls": ' + nested("[", "]") + "}"},
    "hcloud-quotes": lambda: {"f.json": '{"firewalls": [' + again('"') + "]}"},
    "hcloud-escapes": lambda: {"f.json": '{"firewalls": ["' + again("\\u0041") + '"]}'},
    "kustomization-resources": lambda: {
        **SHARED,
        "kustomization.yaml": "resources:\n" + filled(lambda i: f"- a{i}.yaml"),
    },
    "kustomization-same": lambda: {**SHARED, "kustomization.yaml": "resources:\n" + again("- web.yaml\n")},
    "kustomization-dots": lambda: {**SHARED, "kustomization.yaml": "resources:\n- " + again("../") + "a"},
    "kustomization-patches": lambda: {
        **SHARED,
        "kustomization.yaml": "resources: [web.yaml]\npatches:\n" + filled(lambda i: f"- {{path: p{i}.yaml}}"),
    },
    "kustomization-labels": lambda: {
        **SHARED,
        "kustomization.yaml": "resources: [web.yaml]\ncommonLabels:\n" + filled(lambda i: f"  l{i}: x"),
    },
    "kustomization-replacements": lambda: {
        **SHARED,
        "kustomization.yaml": "resources: [web.yaml]\nimages:\n" + filled(lambda i: f"- {{name: i{i}, newTag: x}}"),
    },
    "config-ignore": lambda: config("ignore:\n" + filled(lambda i: f"- {{rules: [SVC001], objects: [a{i}]}}")),
    "config-ignore-rules": lambda: config("ignore:\n- rules:\n" + filled(lambda _: "  - SVC001")),
    "config-exclude": lambda: config("exclude:\n" + filled(lambda i: f"- a{i}")),
    "config-elsewhere": lambda: config("elsewhere:\n" + filled(lambda i: f"- {{kind: Service, name: a{i}}}")),
    "config-elsewhere-wild": lambda: config("elsewhere:\n" + filled(lambda i: f"- {{kind: Service, name: 'a*{i}'}}")),
    "config-reserved": lambda: config("cluster:\n  reserved-ports:\n" + filled(lambda i: f"  - {i % 60000 + 1}")),
    "config-wrong": lambda: config("select:\n" + again("- {}\n")),
    "config-select": lambda: config("select:\n" + filled(lambda i: f"- SVC{i}")),
    "config-rules": lambda: config("rules:\n" + filled(lambda i: f"- r{i}")),
    "config-balancers": lambda: config("balancers:\n" + filled(lambda i: f"- {{name: a{i}, services: []}}")),
}
