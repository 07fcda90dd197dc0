from __future__ import annotations

import pytest

from kblint.model.firewall import HostFirewall
from kblint.read.ufw.commands import MAX_COMMANDS
from kblint.read.ufw.rules import port_ranges
from kblint.read.ufw.services import known_names
from kblint.read.ufw.texts import read_document, read_text
from kblint.source.text import Source
from kblint.source.values import Unknown
from tests.given.readings import at, document, only, read, read_source, rule_in_words


def firewall(text: str, path: str = "host/ufw.txt") -> HostFirewall:
    return only(read_source(read_text, text, path), HostFirewall)


def shown_rules(text: str) -> list[str]:
    return [rule_in_words(rule) for rule in firewall(text).rules]


STATUS = """\
root@node1:~# ufw status verbose
Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), reject (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
22/tcp                     LIMIT IN    Anywhere                   # ssh, for all of us
30000:32767/tcp            ALLOW IN    Anywhere
Anywhere                   ALLOW IN    10.42.0.0/16
8472/udp                   DENY IN     10.0.0.0/16
6443/tcp on eth1           ALLOW IN    Anywhere
80,443/tcp (Nginx Full)    ALLOW IN    Anywhere
10.0.0.5 25/tcp            REJECT IN   10.0.0.7                   (log)
9000                       ALLOW IN    Anywhere
22/tcp (v6)                LIMIT IN    Anywhere (v6)              # ssh, for all of us
30000:32767/tcp (v6)       ALLOW IN    Anywhere (v6)
9999/tcp (v6)              ALLOW IN    Anywhere (v6)

53                         ALLOW OUT   Anywhere
8085/tcp on eth0           ALLOW FWD   Anywhere on wg0
"""


def test_a_verbose_status_is_read_whole() -> None:
    read_firewall = firewall(STATUS)
    assert (read_firewall.active, read_firewall.is_complete) == (True, True)
    assert (read_firewall.default_incoming, read_firewall.default_routed) == ("deny", "reject")
    assert [rule_in_words(rule) for rule in read_firewall.rules] == [
        "limit in tcp 22",
        "allow in tcp 30000-32767",
        "allow in any all from 10.42.0.0/16",
        "deny in udp 8472 from 10.0.0.0/16",
        "allow in tcp 6443 on eth1",
        "allow in tcp 80,443",
        "reject in tcp 25 from 10.0.0.7/32 to 10.0.0.5",
        "allow in any 9000",
        "allow in tcp 9999 from ::/0",
        "allow out any 53",
        "allow routed tcp 8085 on wg0",
    ]
    assert at(read_firewall.place) == (2, 1, "Status: active")
    assert at(read_firewall.rules[1].place) == (10, 1, "30000:32767/tcp            ALLOW IN    Anywhere")


def test_plain_and_numbered_statuses_are_read() -> None:
    text = (
        "Status: active\n\nTo                         Action      From\n--                         ------      ----\n"
        "{0}Nginx Full                 ALLOW       Anywhere\n{1}WWW                        DENY        10.0.0.0/8\n"
        "{2}Squid                      ALLOW       Anywhere\n"
    )
    expected = ["allow in tcp 80,443", "deny in tcp 80 from 10.0.0.0/8", "allow in ? ?"]
    assert shown_rules(text.format("", "", "")) == expected
    assert shown_rules(text.format("[ 1] ", "[ 2] ", "[10] ")) == expected


def test_an_inactive_firewall_filters_nothing() -> None:
    found = firewall("Status: inactive\n")
    assert (found.active, found.rules, found.default_incoming) == (False, (), None)


def test_two_statuses_in_one_text_are_two_firewalls() -> None:
    text = "Status: active\n22  ALLOW  Anywhere\nStatus: active\n80  ALLOW  Anywhere\n"
    found = [thing for thing in read_source(read_text, text) if isinstance(thing, HostFirewall)]
    assert [[rule_in_words(rule) for rule in each.rules] for each in found] == [
        ["allow in any 22"],
        ["allow in any 80"],
    ]


def test_show_added_is_complete_and_in_order() -> None:
    text = (
        "Added user rules (see 'ufw status' for running firewall):\nufw allow 22/tcp comment 'ssh'\n"
        "ufw allow from 10.0.0.0/16 to any port 8472 proto udp comment 'flannel'\nufw limit 2222/tcp\n"
        "ufw route allow 8085/tcp\nufw allow in on eth1 to any port 6443 proto tcp\n"
    )
    found = firewall(text)
    assert (found.is_complete, found.active) == (True, None)
    assert [rule_in_words(rule) for rule in found.rules] == [
        "allow in tcp 22",
        "allow in udp 8472 from 10.0.0.0/16",
        "limit in tcp 2222",
        "allow routed tcp 8085",
        "allow in tcp 6443 on eth1",
    ]


USER_RULES = """\
*filter
:ufw-user-input - [0:0]
### RULES ###

### tuple ### allow tcp 30000:32767 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp -m multiport --dports 30000:32767 -j ACCEPT

### tuple ### allow udp 8472 0.0.0.0/0 any 10.0.0.0/16 in comment=666c616e6e656c
### tuple ### deny_log any any 0.0.0.0/0 any 192.0.2.1 in
### tuple ### allow tcp 6443 0.0.0.0/0 any 0.0.0.0/0 in_eth1
### tuple ### route:allow tcp 8085 0.0.0.0/0 any 0.0.0.0/0 in_wg0!out_eth0
### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 Nginx%20Full - in
### tuple ### reject any 53 0.0.0.0/0 any 0.0.0.0/0 out
### tuple ### something else
COMMIT
"""


def test_the_rules_file_is_read_by_its_comments() -> None:
    found = firewall(USER_RULES, "user.rules")
    assert found.is_complete
    assert [rule_in_words(rule) for rule in found.rules] == [
        "allow in tcp 30000-32767",
        "allow in udp 8472 from 10.0.0.0/16",
        "deny in any all from 192.0.2.1/32",
        "allow in tcp 6443 on eth1",
        "allow routed tcp 8085 on wg0",
        "allow in tcp 80,443",
        "reject out any 53",
    ]
    assert at(found.rules[3].place) == (10, 15, "allow tcp 6443 0.0.0.0/0 any 0.0.0.0/0 in_eth1")


def test_an_empty_rules_file_is_a_firewall_without_rules() -> None:
    assert firewall("*filter\n:ufw-user-input - [0:0]\n### RULES ###\nCOMMIT\n").rules == ()


@pytest.mark.parametrize(
    "text", ["*filter\n:ufw6-user-input - [0:0]\n", "### tuple ### allow tcp 22 ::/0 any ::/0 in\n"]
)
def test_the_rules_for_ipv6_are_no_firewall_of_their_own(text: str) -> None:
    assert read_source(read_text, text, "user6.rules") == []


def test_the_defaults_file_gives_policies() -> None:
    text = 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="ACCEPT"\n'
    found = firewall(text)
    assert (found.default_incoming, found.default_routed, found.is_complete) == ("deny", "allow", False)
    assert at(found.place) == (2, 23, "DROP")


def test_the_configuration_says_whether_it_is_enabled() -> None:
    assert firewall("# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n").active is True
    assert firewall("# /etc/ufw/ufw.conf\nENABLED=no\nLOGLEVEL=low\n").active is False


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        ("ufw allow 53", "allow in any 53"),
        ("ufw allow 25/tcp", "allow in tcp 25"),
        ("sudo ufw deny 1000:2000/udp", "deny in udp 1000-2000"),
        ("ufw limit ssh", "limit in tcp 22"),
        ("ufw allow https", "allow in any 443"),
        ("ufw allow ssh/tcp", "allow in tcp 22"),
        ("ufw allow OpenSSH", "allow in tcp 22"),
        ("ufw allow openssh", "allow in tcp 22"),
        ("ufw allow 'Nginx Full'", "allow in tcp 80,443"),
        ("ufw allow app WWW", "allow in tcp 80"),
        ("ufw allow to any app OpenSSH", "allow in tcp 22"),
        ("ufw allow proto tcp from any to any port 22,443", "allow in tcp 22,443"),
        ("ufw allow from 10.0.0.1 to any port 6379 proto tcp", "allow in tcp 6379 from 10.0.0.1/32"),
        ("ufw allow from 2001:db8::1", "allow in any all from 2001:db8::1/128"),
        ("ufw allow to 10.0.0.5 port 80", "allow in any 80 to 10.0.0.5"),
        ("ufw allow in on wg0", "allow in any all on wg0"),
        ("ufw allow in on eth1 to any port 6443 proto tcp", "allow in tcp 6443 on eth1"),
        ("ufw allow in 80 comment 'from any to 10'", "allow in any 80"),
        ("ufw reject out log 25", "reject out any 25"),
        ("ufw route allow in on wg0 out on eth0", "allow routed any all on wg0"),
        ("ufw rule allow 5", "allow in any 5"),
        ("ufw --force allow 5", "allow in any 5"),
        ("ufw allow $PORT/tcp", "allow in tcp ?"),
        ("ufw allow $PORT", "allow in ? ?"),
        ("ufw allow from ${ADMIN} to any port 22", "allow in any 22 from ?"),
        ("ufw allow proto $P from any to any port 22", "allow in ? 22"),
        ("ufw allow {{ port }}/tcp", "allow in tcp ?"),
        ("ufw allow <your-port>/tcp", "allow in tcp ?"),
        ("ufw allow 'My App'", "allow in ? ?"),
        ("ufw allow from 10.0.0.1 port 99", "allow in any ? from 10.0.0.1/32"),
        ("/usr/sbin/ufw allow 5", "allow in any 5"),
        ("command -v ufw && ufw allow 5", "allow in any 5"),
    ],
)
def test_how_rules_are_written_as_commands(command: str, rule: str) -> None:
    assert shown_rules(command) == [rule]


def test_a_profile_with_tcp_and_udp_is_two_rules() -> None:
    assert shown_rules("ufw allow Samba") == ["allow in udp 137,138", "allow in tcp 139,445"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("ufw allow 1\nufw insert 1 deny 2", ["deny in any 2", "allow in any 1"]),
        ("ufw allow 1\nufw insert 9 deny 2", ["allow in any 1", "deny in any 2"]),
        ("ufw allow 1\nufw prepend deny 2", ["deny in any 2", "allow in any 1"]),
        ("ufw allow 1\nufw allow 2\nufw delete allow 1", ["allow in any 2"]),
        ("ufw allow 1\nufw delete deny 1", ["allow in any 1"]),
        ("ufw allow 1\nufw delete allow 1/tcp", ["allow in any 1"]),
        ("ufw allow 1\nufw allow 2\nufw --force delete 1\nufw delete 7", ["allow in any 2"]),
        ("ufw allow 1\nufw allow 1", ["allow in any 1"]),
        ("ufw allow 1\nufw allow 2\nufw deny 1", ["deny in any 1", "allow in any 2"]),
        ("ufw allow 1\nufw --force reset\nufw allow 2", ["allow in any 2"]),
        ("ufw route insert 1 allow 1\nufw route delete allow 1", []),
        ("ufw allow 1\nufw --dry-run allow 2\nufw status\nufw reload\nufw app list", ["allow in any 1"]),
    ],
)
def test_commands_apply_in_order(script: str, expected: list[str]) -> None:
    assert shown_rules(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        'if [ "$ROLE" = web ]; then\n  ufw allow 80/tcp\nfi',
        'case "$ROLE" in\n  web) ufw allow 80/tcp ;;\nesac',
        "open_web() { ufw allow 80/tcp; }",
        "open_web() { ufw allow 80/tcp; }\nif true; then open_web; fi",
        "open_web() { ufw allow 80/tcp; }\nopen_all() { open_web; }",
        '[ -n "$WEB" ] && ufw allow 80/tcp',
        "systemctl is-active nginx || ufw allow 80/tcp",
    ],
)
def test_what_may_not_run_opens_nothing_for_sure(script: str) -> None:
    (rule,) = firewall(script).rules
    assert isinstance(rule.sources, Unknown)


@pytest.mark.parametrize(
    "script",
    [
        "open_web() { ufw allow 80/tcp; }\nopen_web",
        'main() { open_web; }\nopen_web() { ufw allow 80/tcp; }\nmain "$@"',
        "apt-get install -y ufw && ufw allow 80/tcp && ufw --force enable",
    ],
)
def test_what_surely_runs_opens_for_everybody(script: str) -> None:
    (rule,) = firewall(script).rules
    assert rule.sources == ()


@pytest.mark.parametrize("script", ["ufw allow 1\nif x; then ufw --force enable; fi", "up() { ufw enable; }"])
def test_a_firewall_that_may_be_switched_on_is_not_known_to_be_on(script: str) -> None:
    assert firewall(script).active is None


def test_settings_of_a_script() -> None:
    found = firewall("ufw default deny\nufw default allow outgoing\nufw default reject routed\necho y | ufw enable\n")
    assert (found.active, found.default_incoming, found.default_routed) == (True, "deny", "reject")
    assert found.is_complete is False
    assert at(found.place) == (1, 1, "ufw default deny")


def test_what_a_script_does_not_set_is_not_known() -> None:
    found = firewall("ufw allow 1")
    assert (found.active, found.default_incoming, found.default_routed) == (None, None, None)


def test_a_rule_stands_where_its_command_does() -> None:
    found = firewall("set -e\nsudo ufw allow \\\n  80/tcp && true\n")
    assert at(found.rules[0].place) == (2, 6, "ufw allow \\\n  80/tcp")


CLOUD_INIT = """\
#cloud-config
package_update: true
runcmd:
  - ufw default deny incoming
  - [ufw, allow, 30000:32767/tcp]
  - [sh, -c, "ufw allow 22/tcp; ufw --force enable"]
  - |
    ufw allow from 10.0.0.0/16 \\
      to any port 8472 proto udp
bootcmd:
  - ufw allow 1
"""


def test_cloud_init_sets_up_a_firewall() -> None:
    found = only(read(read_document, CLOUD_INIT), HostFirewall)
    assert (found.active, found.default_incoming) == (True, "deny")
    assert [rule_in_words(rule) for rule in found.rules] == [
        "allow in any 1",
        "allow in tcp 30000-32767",
        "allow in tcp 22",
        "allow in udp 8472 from 10.0.0.0/16",
    ]
    assert at(found.rules[1].place) == (5, 6, "ufw, allow, 30000:32767/tcp")
    assert at(found.rules[2].place) == (6, 15, "ufw allow 22/tcp")


@pytest.mark.parametrize(
    "text",
    [
        "packages: [ufw]",
        "apiVersion: v1\nkind: ConfigMap\ndata: {runcmd: ufw}",
        "run: ufw allow 1",
        "runcmd: [reboot, ufw status]",
    ],
)
def test_other_documents_are_not_taken(text: str) -> None:
    given = document(text, "x.yaml")
    assert read_document(given) is None


@pytest.mark.parametrize(
    "text", ["apt install ufw", "ufw status", "we like ufw allow 1", "Status: fine", "ENABLED=yes\n"]
)
def test_other_texts_are_not_taken(text: str) -> None:
    assert read_source(read_text, text) == []


def test_more_commands_than_anybody_writes_are_a_fault() -> None:
    text = "".join(f"ufw allow {port}\n" for port in range(MAX_COMMANDS + 1))
    reading = read_text(Source("x.sh", text))
    assert reading is not None
    assert [(fault.code, fault.place.text) for fault in reading.faults] == [("unreadable", f"ufw allow {MAX_COMMANDS}")]


def test_long_lines_take_no_longer_than_short_ones() -> None:
    text = "Status: active\n" + "x " * 200_000 + "\n" + " " * 200_000 + "\n22  ALLOW  Anywhere\n"
    assert shown_rules(text) == ["allow in any 22"]


def test_every_known_name_stands_for_ports_and_a_protocol() -> None:
    assert set(known_names()) == {"services", "applications"}
    assert all(len(rules) == 1 for rules in known_names()["services"].values())
    for rule in (rule for names in known_names().values() for rules in names.values() for rule in rules):
        assert rule.protocol in ("tcp", "udp", "any")
        assert not isinstance(port_ranges(rule.ports), Unknown), rule
