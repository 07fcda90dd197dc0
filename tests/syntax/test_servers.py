from __future__ import annotations

from kblint.source.text import Source
from kblint.syntax.apache import directives
from kblint.syntax.caddy import blocks
from kblint.syntax.haproxy import sections
from kblint.syntax.passage import InSource, Passage, whole


def passage(text: str) -> Passage:
    return whole(text, InSource(Source("x.conf", text)))


def test_directives_of_apache_know_their_sections_and_places() -> None:
    text = '# é\nListen 80\n  # Listen 81\n<VirtualHost *:443>\r\n  SSLEngine "on" #x\n</VirtualHost>\nListen "8080"'
    found = list(directives(passage(text)))
    assert [(each.name, [word.text for word in each.arguments]) for each in found] == [
        ("listen", ["80"]),
        ("sslengine", ["on", "#x"]),
        ("listen", ["8080"]),
    ]
    assert [[word.text for word in section] for section in found[1].sections] == [["<VirtualHost", "*:443>"]]
    assert found[2].sections == ()
    assert found[0].arguments[0].place().span == (text.index("80"), text.index("80") + 2)


def test_sections_of_haproxy_hold_their_lines() -> None:
    text = "global\n  x 1 # y\nfrontend \"é\"\n  bind ':80' ssl\n  # bind :81\n  mode http\n"
    first, head, front = sections(passage(text))
    assert (first.kind, first.lines, head.kind, front.kind) == ("", [], "global", "frontend")
    assert [[word.text for word in line] for line in head.lines] == [["x", "1"]]
    assert [[word.text for word in line] for line in front.named("bind")] == [["bind", ":80", "ssl"]]
    assert next(front.named("bind"))[1].place().text == ":80"


def test_blocks_of_a_caddyfile_hold_the_directives_directly_in_them() -> None:
    text = '{\n  http_port 81 # x\n}\na.example,\nb.example {\n  bind "é"\n  route {\n    bind no\n  }\n}\n'
    found = blocks(passage(text))
    assert found is not None
    head, site = found
    assert (head.header, head.option("http_port"), head.option("admin")) == ([], "81", None)
    assert [word.text for word in site.header] == ["a.example,", "b.example"]
    assert [words[0].text for words in site.directives] == ["bind", "route"]
    assert site.directives[0][1].place().text == "é"


def test_braces_that_do_not_match_make_no_blocks() -> None:
    assert blocks(passage("a {\n")) is None
    assert blocks(passage("}\n")) is None
