# kblint in a small image: docker build --tag kblint . && docker run --rm --volume "$PWD:/repo:ro" kblint check
FROM python:3.13-slim AS build
WORKDIR /kblint
COPY constraints/newest.txt constraints/
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY kblint kblint
COPY rules rules
RUN python -m venv /opt/kblint \
    && /opt/kblint/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --constraint constraints/newest.txt . \
    # what an environment does not need to run
    && /opt/kblint/bin/pip uninstall --quiet --yes pip

FROM python:3.13-slim
COPY --from=build /opt/kblint /opt/kblint
RUN useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin kblint
USER 1000:1000
ENV PATH="/opt/kblint/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp/cache
WORKDIR /repo
ENTRYPOINT ["kblint"]
CMD ["check"]
