"""Generators for property tests."""

from hypothesis import strategies as st

# line ends and what YAML escapes are made by the dumper; the rest is what people write
_characters = st.characters(codec="utf-8", exclude_characters="\x00")

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**63), max_value=2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(_characters, max_size=20),
    st.sampled_from(
        ["yes", "null", "0644", "22:22", "1_000", "<<", "=", "*x", "&a", "# no", "a: b", "- a", "2024-01-01"]
    ),
)

keys = st.text(_characters, max_size=12)

json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=20,
)
"""What JSON and YAML can both write."""

yaml_fragments = st.lists(
    st.sampled_from(
        [
            *(
                "a: ",
                "b:",
                "- ",
                "? ",
                ": ",
                "|\n",
                ">-\n",
                "  ",
                "\n",
                "\n\n",
                "---\n",
                "...\n",
                "# c\n",
                "x",
                "'",
                '"',
            ),
            *(
                "{",
                "}",
                "[",
                "]",
                ", ",
                "&a ",
                "*a",
                "!t ",
                "!!int ",
                "<<: ",
                "\t",
                "\r\n",
                "\ufeff",
                "é",
                "😀",
                "\u2028",
            ),
            *("\x85", "\x00", "{{ x }}", "12", "%YAML 1.2\n", "\\", "~", "0x", "-"),
        ]
    ),
    max_size=30,
).map("".join)
"""Text that is nearly YAML."""

literal_texts = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=20).map(
        lambda line: f"x{line}x"
    ),
    min_size=1,
    max_size=6,
).map("\n".join)
"""What a literal block scalar can hold: lines that start and end with something visible."""
