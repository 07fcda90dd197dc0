"""What many containers share is read again for each of them only so often, and where that ends is told."""

from __future__ import annotations

from kblint.wire.listening.container import Heard
from kblint.wire.listening.shared import MOST, Shared
from tests.wire.containers import first_container, manifest, read

ENV_FROM = "envFrom: [{configMapRef: {name: a}}]"


def test_what_containers_read_once_more_is_counted_and_its_end_is_told_once() -> None:
    _, maps = read(manifest("image: web", {"a": {f"A{i}": "1" for i in range(100)}}))
    shared = Shared()
    sharing, alone = first_container(ENV_FROM), first_container("image: web")
    shared.count(sharing, maps.values(), 0)
    assert not shared.is_over(sharing)  # each reads it a first time
    shared.count(sharing, maps.values(), 0, entries=MOST + 1000)
    assert not shared.is_over(alone)
    assert shared.is_over(sharing)
    assert shared.is_over(sharing)
    assert not shared.is_over(alone)
    (cut,) = shared.cuts
    assert "entries of ConfigMaps once more" in cut.message
    assert cut.place.text == "envFrom"


def test_a_container_that_reads_no_more_of_what_is_shared_may_listen_anywhere() -> None:
    image = "image: redis\nargs: [redis-server, /conf/redis.conf]\nvolumeMounts: [{name: a, mountPath: /conf}]"
    text = "port 6380\n" + "# a comment\n" * 4000
    workload, maps = read(manifest(image, {"a": {"redis.conf": text}}))
    heard = Heard()
    found = []
    for _ in range(40):
        container = first_container(image)
        found.append(heard.listening(workload.pod, container, maps.get))
    assert [socket.port for socket in found[0].sockets] == [6380]
    assert not found[0].cuts
    (told,) = [one for one in found if one.cuts]
    assert not told.sockets
    assert not told.is_complete
    assert not found[-1].sockets
    assert not found[-1].is_complete
