"""What is put into inputs: values nobody expects, numbers at the edges, words of each language."""

from __future__ import annotations

import json
from typing import Any

STRANGE: tuple[Any, ...] = (
    *(None, "", 0, -1, 99999, 80, "80", 443, 10**30, 1.5, True, False, "${PORT}", "{{ .Values.port }}"),
    *([], {}, [None], [[]], {"a": None}, {"": ""}, "tcp://10.43.0.1:80", "a" * 300, "\u202e\x1b[31m", "::error::x"),
    *("0.0.0.0/33", "x\ny", "x\r  ::add-mask::x\x85::error::x\u2028::error::x"),
    *("##[error]x ##vso[task.setvariable variable=x]y ##teamcity[x]", "\x1b]8;;http://x\x07\x9b2J\x00\x7f\ufeff\u200b"),
    *("]]></a><script>x</script>--><!--\\n\"';|`~*_[x](y)@x#", "\ud800", 2**63, -(2**64), float("nan"), float("inf")),
    *({"\ud800": "\ud800"}, {"": "web"}, {"x" * 300: ""}, json.loads('{"a":' * 60 + "1" + "}" * 60)),
)
"""Values of any document."""

NUMBERS = (
    *("0", "1", "-1", "22", "25", "80", "443", "5432", "8080", "30000", "30025", "30080", "32768", "65535", "65536"),
    *("08", "0x50", "1e3", "80.0", "8_0", "9" * 30, "\u0663", "1-2", "2-1", "80/tcp", "-0", "1:30", "80,443", "*"),
)
"""What stands where a number stood."""

WORDS = (
    *("\n", "\r\n", "\r", "\t", " ", "  ", "\u2028", "\x85", "\xa0", "\ufeff", "\x00", "\x1b[2J", "é", "\udcff"),
    *("'", '"', "`", "\\", "\\\n", "{", "}", "[", "]", "(", ")", ",", ";", ":", "=", "==", "|", "||", "&&", "&", "#"),
    *("//", "/*", "*/", "<<EOT\n", "<<-EOT\n", "EOT\n", "$", "${", "$(", "$((", "))", "${var.x}", "%{ if x }"),
    *("%{ endif }", "{{", "}}", "{{- ", "---\n", "...\n", "- ", "? ", ": ", "|\n", ">-\n", "&a ", "*a", "!!int "),
    *("!t ", "<<: *a\n", "for ", "if ", "do\n", "done\n", "fi\n", "else", "then ", "case x in", "esac", "f() {"),
    *("!", "2>&1", "> ", "sudo ", "ufw allow 80\n", "ufw delete 1\n", "ufw --force reset\n", "sh -c '", "eval "),
    *("export A=b ", "cd /tmp\n", "listen 80;", "server {", "location / {", "return 301;", "include *;"),
    *("proxy_pass http://$x;", "Listen 80\n", "bind :80\n", "frontend x\n", "<VirtualHost *:80>\n", "</VirtualHost>\n"),
    *(":80 {\n", "respond 200\n", "1", "0.0.0.0", "count = 0\n", "for_each = {}\n", 'resource "a" "b" {\n', "null"),
    *("true", "var.node_port", "each.key", "*.x", "...", "# kblint: ignore[SVC001] x", "# kblint: ignore-file\n"),
    *("# kblint: ignore[\n", "// kblint: ignore[DOC001] y\n", "😀", "::/0", "10.0.0.0/8", "http", "tcp", "udp"),
)
"""Parts of texts of any language, and of none."""
