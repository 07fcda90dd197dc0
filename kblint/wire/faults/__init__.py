"""Every verdict that stops traffic, made once: rules, hops, checklist and register only read it."""
