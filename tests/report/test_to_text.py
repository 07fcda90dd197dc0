import re
import shlex
from textwrap import dedent

import pytest
from msgspec.structs import replace

from kblint.finding import (
    Finding,
    Location,
    NotRead,
    NotReadKind,
    ObjectRef,
    Result,
    Severity,
    Skipped,
    Summary,
    Suppressed,
)
from kblint.fix import Applicability, Fix
from kblint.report.options import RenderOptions
from kblint.report.to_text import render
from kblint.source.text import Place, Source, Span
from tests.report.samples import BALANCER, SERVICE, at, finding, hostile, https_to_tls, result

WIDE = RenderOptions(width=200)
SGR = re.compile(r"\x1b\[[0-9;]*m")


def frame(found: Finding, options: RenderOptions = WIDE) -> str:
    """What is printed for one finding, without its headline."""
    return render(result(found), replace(options, quiet=True)).partition("\n")[2]


def golden(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_report_looks_as_the_design_says() -> None:
    expected = """\
error[LB002]: https listener `443` forwards to node port `31443`, which speaks TLS
  --> lb/keybuzz-lb.yaml:9:23 (LoadBalancer/keybuzz-lb)
   |
 9 |     destination_port: 31443
   |                       ^^^^^ TLS arrives here already decrypted
   |
  ::: ingress/service.yaml:14:17
   |
14 |       nodePort: 31443
   |                 ----- ingress-nginx `https`, targetPort `https`
   |
   = symptom: 503, or 400 "plain HTTP request was sent to HTTPS port", on https://platform.keybuzz.io
   = help: forward to `31695`, the node port where ingress-nginx speaks plain HTTP (fix available)

Checked 14 files, 31 objects, 5 journeys with profile hetzner-k3s: 1 error. 1 fix available: kblint check --fix
"""
    assert render(result(https_to_tls()), WIDE) == expected


def test_report_fits_eighty_columns() -> None:
    expected = """\
error[LB002]: https listener `443` forwards to node port `31443`, which speaks
              TLS
  --> lb/keybuzz-lb.yaml:9:23 (LoadBalancer/keybuzz-lb)
   |
 9 |     destination_port: 31443
   |                       ^^^^^ TLS arrives here already decrypted
   |
  ::: ingress/service.yaml:14:17
   |
14 |       nodePort: 31443
   |                 ----- ingress-nginx `https`, targetPort `https`
   |
   = symptom: 503, or 400 "plain HTTP request was sent to HTTPS port", on
              https://platform.keybuzz.io
   = help: forward to `31695`, the node port where ingress-nginx speaks plain
           HTTP (fix available)

Checked 14 files, 31 objects, 5 journeys with profile hetzner-k3s: 1 error.
1 fix available: kblint check --fix
"""
    assert render(result(https_to_tls()), RenderOptions(width=80)) == expected


def test_the_command_to_mend_comes_last() -> None:
    found = result(https_to_tls())
    lost = replace(found, summary=replace(found.summary, unfollowed=(("controller", 2),)))
    said = render(lost, RenderOptions(width=80))
    assert "Followed 3 of 5 ways in; not followed: 2" in said
    assert said.endswith(". 1 fix available: kblint check --fix\n")


def test_colors_paint_and_change_nothing_else() -> None:
    options = RenderOptions(color=True)
    painted = render(result(https_to_tls()), options)
    assert SGR.sub("", painted) == render(result(https_to_tls()), replace(options, color=False))
    assert "\x1b[1;31merror[LB002]\x1b[0m: " in painted
    assert "\x1b[1;31m^^^^^\x1b[0m" in painted
    assert "\x1b[36m-----\x1b[0m" in painted


def test_places_in_one_file_share_a_frame_in_line_order() -> None:
    found = finding(
        at(SERVICE, "targetPort: https", "here"),
        at(SERVICE, "Service", "of this Service"),
        at(SERVICE, "nodePort: 31443", "next line"),
        at(SERVICE, "https", "one line between"),
    )
    assert frame(found) == golden("""
          --> ingress/service.yaml:13:7
           |
         2 | kind: Service
           |       ------- of this Service
        ...
        11 |     - name: https
           |             ----- one line between
        12 |       port: 443
        13 |       targetPort: https
           |       ^^^^^^^^^^^^^^^^^ here
        14 |       nodePort: 31443
           |       --------------- next line
        """)


def test_labels_of_one_line_hang_below_their_marks() -> None:
    source = Source("a.yaml", "ports: {port: 80, targetPort: web, nodePort: 30000}\n")
    found = finding(at(source, "targetPort: web", "middle"), at(source, "80", "left"), at(source, "30000", "right"))
    assert frame(found) == golden("""
         --> a.yaml:1:19
          |
        1 | ports: {port: 80, targetPort: web, nodePort: 30000}
          |               --  ^^^^^^^^^^^^^^^            ----- right
          |               |   |
          |               |   middle
          |               left
        """)


def test_primary_mark_wins_where_marks_overlap() -> None:
    source = Source("a.yaml", "targetPort: web\n")
    found = finding(at(source, "web", "inner"), at(source, "targetPort: web", "outer"))
    assert frame(found) == golden("""
         --> a.yaml:1:13
          |
        1 | targetPort: web
          | ------------^^^ inner
          | |
          | outer
        """)


def test_the_same_place_said_twice_is_primary_once() -> None:
    source = Source("a.yaml", "port: 80\n")
    place = at(source, "80", "here")
    assert frame(finding(place, place)) == golden("""
         --> a.yaml:1:7
          |
        1 | port: 80
          |       ^^ here
          |       |
          |       here
        """)


def test_label_that_does_not_fit_stands_on_its_own_lines() -> None:
    source = Source("a.yaml", "        targetPort: web\n")
    found = finding(at(source, "web", "no container of the selected workloads declares a port of this name"))
    assert frame(found, RenderOptions(width=60)) == golden("""
         --> a.yaml:1:21
          |
        1 |         targetPort: web
          |                     ^^^
          |                     no container of the selected
          |                     workloads declares a port of this
          |                     name
        """)


def test_label_moves_left_where_there_is_little_room() -> None:
    source = Source("a.yaml", f"{'k' * 60}: web\n")
    found = finding(at(source, "web", "no container of the selected workloads declares this"))
    assert frame(found, RenderOptions(width=70)) == golden(f"""
         --> a.yaml:1:63
          |
        1 | {"k" * 60}: web
          |                                                               ^^^
          |                                  no container of the selected
          |                                  workloads declares this
        """)


def test_span_over_several_lines_is_underlined_up_to_the_end_of_the_first() -> None:
    source = Source("a.yaml", "spec:\n  ports:\n    - 1\n")
    assert frame(finding(Location(Place(source, Span(8, 22)), "all of it"))) == golden("""
         --> a.yaml:2:3
          |
        2 |   ports:
          |   ^^^^^^ all of it
        """)


@pytest.mark.parametrize(
    ("text", "offset", "shown"),
    [("", 0, "1 |"), ("a: b", 4, "1 | a: b"), ("a:\r\nb\r\n", 2, "1 | a:"), ("a\n", 99, "2 |")],
)
def test_an_empty_span_is_marked_where_it_stands(text: str, offset: int, shown: str) -> None:
    lines = frame(finding(Location(Place(Source("a.yaml", text), Span(offset, offset)), "here"))).splitlines()
    column = int(lines[0].rpartition(":")[2])
    assert lines[2] == shown
    assert lines[3] == "  | " + " " * (column - 1) + "^ here"


def test_tabs_wide_characters_and_marks_stay_aligned() -> None:
    source = Source("a.yaml", '\t"日本 😀 e\u0301": web\n')
    assert frame(finding(at(source, "web", "here"))) == golden("""
         --> a.yaml:1:13
          |
        1 |     "日本 😀 e\u0301": web
          |                  ^^^ here
        """)


def test_a_long_line_is_cut_around_what_is_pointed_at() -> None:
    source = Source("a.yaml", "lorem ipsum " * 50 + "HERE" + " dolor sit" * 50)
    assert frame(finding(at(source, "HERE", "found")), RenderOptions(width=40)) == golden("""
         --> a.yaml:1:601
          |
        1 | …m lorem ipsum HERE dolor sit dolo…
          |                ^^^^ found
        """)


def test_distant_places_in_a_long_line_get_a_window_each() -> None:
    source = Source("a.yaml", "lorem ipsum " * 50 + "HERE" + " dolor sit" * 50 + " END")
    found = finding(at(source, "END", "last"), at(source, "HERE", "first"), at(source, "ipsum", "beginning"))
    assert frame(found, RenderOptions(width=40)) == golden("""
         --> a.yaml:1:1106
          |
        1 | lorem ipsum lorem ipsum lorem ipsu…
          |       ----- beginning
        1 | …m lorem ipsum HERE dolor sit dolo…
          |                ---- first
        1 | … dolor sit dolor sit dolor sit END
          |                                 ^^^
          |                                 last
        """)


def test_a_span_wider_than_the_terminal_shows_its_beginning() -> None:
    source = Source("a.yaml", "x" * 500)
    found = finding(Location(Place(source, Span(100, 400)), "long"))
    lines = frame(found, RenderOptions(width=40)).splitlines()
    assert lines[2] == "1 | …" + "x" * 33 + "…"
    assert lines[3] == "  |  " + "^" * 33


def test_without_unicode_everything_is_ascii() -> None:
    source = Source("日本.yaml", "日本: " + "x" * 500 + "é")
    text = render(result(finding(at(source, "é", "…"), message="é")), RenderOptions(unicode=False))
    assert text.isascii()
    assert r"\xe9" in text
    assert "..." in text


@pytest.mark.parametrize(
    ("journeys", "symptom", "said"),
    [
        (("https://a/",), "503", "503, on https://a"),
        (("https://a/x", "tcp://:1", "b"), "503", "503, on https://a/x, tcp://:1, b"),
        (tuple("abcdefg"), "503", "503, on a, b, c and 4 more"),
        ((), "refused", "refused"),
        (("https://a/",), None, "https://a"),
    ],
)
def test_the_symptom_names_three_journeys(journeys: tuple[str, ...], symptom: str | None, said: str) -> None:
    found = finding(at(BALANCER, "443"), symptom=symptom, journeys=journeys)
    assert frame(found).splitlines()[-1] == f"  = symptom: {said}"


@pytest.mark.parametrize(
    ("applicability", "said"),
    [
        (Applicability.SAFE, ["  = help: do it (fix available)"]),
        (Applicability.UNSAFE, ["  = help: do it (unsafe fix available)"]),
        (Applicability.MANUAL, ["  = help: do it", "  = by hand: use `1`"]),
    ],
)
def test_help_says_whether_there_is_a_fix(applicability: Applicability, said: list[str]) -> None:
    found = finding(at(BALANCER, "443"), help="do it", fix=Fix("use `1`", applicability, ()))
    assert frame(found).splitlines()[5:] == said


def test_without_help_the_fix_itself_says_what_to_do() -> None:
    found = finding(at(BALANCER, "443"), fix=Fix("use `1`", Applicability.SAFE, ()))
    assert frame(found).splitlines()[-1] == "  = help: use `1` (fix available)"


def test_the_gravest_findings_stand_last_with_a_line_between() -> None:
    info = finding(at(SERVICE, "31695"), severity=Severity.INFO)
    text = render(result(https_to_tls(), finding(at(SERVICE, "443")), info), WIDE)
    leads = [line.partition(":")[0] for line in text.splitlines() if re.match(r"\w+\[", line)]
    assert leads == ["info[SVC001]", "warning[SVC001]", "error[LB002]"]
    assert text.count("\n\nerror[LB002]") == 1


def test_the_object_is_named_as_the_configuration_names_it_and_below_where_there_is_no_room() -> None:
    found = https_to_tls()
    assert "  --> lb/keybuzz-lb.yaml:9:23 (LoadBalancer/keybuzz-lb)\n" in render(result(found), WIDE)
    narrow = render(result(found), RenderOptions(width=40))
    assert "  --> lb/keybuzz-lb.yaml:9:23\n      (LoadBalancer/keybuzz-lb)\n" in narrow
    inside = replace(found, object=ObjectRef("Service", "shop", "web"))
    assert "(Service/shop/web)" in render(result(inside), WIDE)


def test_of_many_findings_that_are_alike_the_first_is_told_in_full_and_none_is_lost() -> None:
    places = ("http\n", "31695", "443", "31443")
    found = [finding(at(SERVICE, place.strip()), message=f"`{place.strip()}` is wrong") for place in places]
    few = render(result(*found[:3]), WIDE)
    assert few.count("warning[SVC001]") == 3
    assert "more like it" not in few
    many = render(result(*found), WIDE)
    assert many.count("warning[SVC001]") == 1
    assert (
        "  = and 3 more like it:\n"
        "    ingress/service.yaml:9:17: `31695` is wrong\n"
        "    ingress/service.yaml:12:13: `443` is wrong\n"
        "    ingress/service.yaml:14:17: `31443` is wrong\n"
    ) in many
    other = replace(found[3], help="do something else")
    assert render(result(*found[:3], other), WIDE).count("warning[SVC001]") == 4


def test_clean_report_says_that_all_is_well() -> None:
    clean = Result("hetzner-k3s", Summary(4, 11, 2, 0, 0, 0, 0), ())
    expected = "Checked 4 files, 11 objects, 2 journeys with profile hetzner-k3s: all is well.\n"
    assert render(clean, RenderOptions()) == expected


def test_all_is_not_well_where_something_was_not_followed() -> None:
    kinds = [NotReadKind.RELEASE] * 4 + [NotReadKind.ROUTE]
    lost = tuple(NotRead(kind, f"`{number}`", at(SERVICE, "443").place) for number, kind in enumerate(kinds))
    told = "4 releases of charts, which make their Services and routes (`0`, `1`, `2` and 1 more)"
    others = "1 route of a kind that is not read (`4`)"
    for journeys, begins in ((2, "Followed 2 of 2 ways in; not followed"), (0, "Not followed")):
        made = Result("kubernetes", Summary(4, 11, journeys, 0, 0, 0, 0, not_read=lost), ())
        assert f"nothing found. {begins}: {told}, {others}." in " ".join(render(made, WIDE).split())


def test_nothing_checked_is_not_all_well() -> None:
    nothing = Result("kubernetes", Summary(0, 0, 0, 0, 0, 0, 0), ())
    expected = "Checked 0 files, 0 objects, 0 journeys with profile kubernetes: there was nothing to check.\n"
    assert render(nothing, WIDE) == expected


def test_summary_counts_in_singular_and_plural() -> None:
    counted = Result("kubernetes", Summary(1, 1, 1, 1, 2, 1, 3), ())
    expected = (
        "Checked 1 file, 1 object, 1 journey with profile kubernetes: 1 error, 2 warnings, 1 info, 3 suppressed.\n"
    )
    assert render(counted, WIDE) == expected


def test_skipped_inputs_are_said_by_reason_ten_at_most() -> None:
    helm = tuple(Skipped(f"charts/{number}.yaml", "helm is not installed") for number in range(12))
    expected = golden("""
        skipped 12 inputs: helm is not installed
          charts/0.yaml
          charts/1.yaml
          charts/2.yaml
          charts/3.yaml
          charts/4.yaml
          charts/5.yaml
          charts/6.yaml
          charts/7.yaml
          charts/8.yaml
          charts/9.yaml
          and 2 more
        skipped: a.bin: not text

        Checked 14 files, 31 objects, 5 journeys with profile hetzner-k3s: all is well.
        """)
    assert render(result(skipped=(*helm, Skipped("a.bin", "not text"))), RenderOptions()) == expected


def test_suppressed_findings_are_shown_with_their_reason_when_asked_for() -> None:
    given = result(suppressed=(Suppressed(https_to_tls(), "moves on Monday"), Suppressed(https_to_tls(), "")))
    expected = golden("""
        suppressed: lb/keybuzz-lb.yaml:9:23: error[LB002]: https listener `443` forwards
          to node port `31443`, which speaks TLS
          reason: moves on Monday

        suppressed: lb/keybuzz-lb.yaml:9:23: error[LB002]: https listener `443` forwards
          to node port `31443`, which speaks TLS
          reason: none is written

        Checked 14 files, 31 objects, 5 journeys with profile hetzner-k3s:
        all is well, 2 suppressed.
        """)
    assert render(given, RenderOptions(show_suppressed=True)) == expected
    assert render(given, RenderOptions()) == expected[expected.index("Checked") :]


def test_quiet_leaves_the_findings_alone() -> None:
    loud = render(result(https_to_tls(), skipped=(Skipped("a", "b"),)), RenderOptions())
    quiet = render(result(https_to_tls(), skipped=(Skipped("a", "b"),)), RenderOptions(quiet=True))
    assert quiet == loud[: loud.index("\nskipped")]
    assert render(result(), RenderOptions(quiet=True)) == ""


@pytest.mark.parametrize("unicode", [True, False])
def test_hostile_text_never_reaches_the_terminal_raw(unicode: bool) -> None:
    text = render(hostile(), RenderOptions(unicode=unicode, show_suppressed=True))
    assert [line for line in text.splitlines() if not line.isprintable()] == []
    assert not any(line.lstrip().startswith("::") and "error" in line[:12] for line in text.splitlines())
    assert text.encode()


@pytest.mark.parametrize("severity", list(Severity))
def test_headline_names_severity_and_rule(severity: Severity) -> None:
    text = render(result(finding(at(BALANCER, "443"), severity=severity)), WIDE)
    assert text.startswith(f"{severity.label}[SVC001]: something is wrong\n --> lb/keybuzz-lb.yaml:7:18\n")


@pytest.mark.parametrize("width", [40, 60, 100, 200])
def test_a_command_can_be_copied_to_a_shell_however_it_is_broken(width: int) -> None:
    command = "hcloud load-balancer update-service lb1 --listen-port 443 --destination-port 31695"
    found = finding(at(BALANCER, "443"), help="do it", fix=Fix("use `1`", Applicability.MANUAL, (), command))
    text = render(result(found), RenderOptions(width=width, quiet=True))
    assert max(map(len, text.splitlines())) <= width
    assert "by hand" not in text
    shown = text.partition("= run: ")[2]
    assert shlex.split(shown.replace("\\\n", "")) == command.split()


def test_a_help_that_is_only_what_to_run_is_not_said_twice() -> None:
    found = finding(
        at(BALANCER, "443"), help="`ufw allow 80/tcp`", fix=Fix("t", Applicability.MANUAL, (), "ufw allow 80/tcp")
    )
    assert frame(found).splitlines()[-2:] == ["  |", "  = run: ufw allow 80/tcp"]
