"""The parts of the HTML report: texts, frames, the ways in, the style sheet."""
