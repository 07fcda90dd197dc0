"""Flags and scripts: what a container's command says."""

from __future__ import annotations

import json

import pytest

from tests.wire.containers import Row, look, ports, rows

ANY = "0.0.0.0"


def command(*words: str, image: str = "registry.example.com/shop/api:1.2", env: dict[str, str] | None = None) -> str:
    variables = [{"name": name, "value": value} for name, value in (env or {}).items()]
    return f"image: {image}\ncommand: {json.dumps(words)}\nenv: {json.dumps(variables)}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gunicorn app:app --bind 0.0.0.0:8001", [(8001, ANY, "http", "known", "0.0.0.0:8001")]),
        ("gunicorn --bind=:8001 app:app", [(8001, ANY, "http", "known", ":8001")]),
        ("gunicorn -b 127.0.0.1:8001 app:app", [(8001, "127.0.0.1", "http", "known", "127.0.0.1:8001")]),
        (
            "gunicorn -b 0.0.0.0:8001 -b unix:/run/x -b [::]:8002 app",
            [(8001, ANY, "http", "known", "0.0.0.0:8001"), (8002, "::", "http", "known", "[::]:8002")],
        ),
        ("gunicorn -b 0.0.0.0:8443 --certfile x.pem app", [(8443, ANY, None, "known", "0.0.0.0:8443")]),
        ("uvicorn app:app --host 0.0.0.0 --port 8001", [(8001, ANY, "http", "known", "8001")]),
        ("uvicorn app:app --port=8001", [(8001, "127.0.0.1", "http", "likely", "8001")]),
        ("gunicorn app:app", [(8000, "127.0.0.1", "http", "likely", "gunicorn")]),
        ("uvicorn app:app", [(8000, "127.0.0.1", "http", "likely", "uvicorn")]),
        ("python -m uvicorn app:app --host :: --port 8001", [(8001, "::", "http", "known", "8001")]),
        ("/usr/local/bin/hypercorn app:app --bind 0.0.0.0:8001", [(8001, ANY, "http", "known", "0.0.0.0:8001")]),
        ("daphne -b 0.0.0.0 -p 8001 app:app", [(8001, ANY, "http", "known", "8001")]),
        ("waitress-serve --listen=*:8001 app:app", [(8001, ANY, "http", "known", "*:8001")]),
        ("python3 -m http.server 8001", [(8001, ANY, "http", "known", "8001")]),
        ("python3 -m http.server 8001 --bind 127.0.0.1", [(8001, "127.0.0.1", "http", "known", "8001")]),
        ("python3 -m http.server", [(8000, ANY, "http", "likely", "http.server")]),
        ("flask --app shop run --host=0.0.0.0 -p 8001", [(8001, ANY, "http", "known", "8001")]),
        ("python manage.py runserver 0.0.0.0:8001", [(8001, ANY, "http", "known", "0.0.0.0:8001")]),
        ("python manage.py runserver 0:8001", [(8001, ANY, "http", "known", "0:8001")]),
        ("python manage.py runserver", [(8000, "127.0.0.1", "http", "likely", "manage.py")]),
        ("streamlit run app.py --server.port=8001", [(8001, ANY, "http", "known", "8001")]),
        ("php -S 0.0.0.0:8001 -t public", [(8001, ANY, "http", "known", "0.0.0.0:8001")]),
        ("php artisan serve --host=0.0.0.0 --port=8001", [(8001, ANY, "http", "known", "8001")]),
        ("bundle exec rails s -p 8001 -b 0.0.0.0", [(8001, ANY, "http", "known", "8001")]),
        ("bin/rails server -p 8001", [(8001, "", "http", "known", "8001")]),
        ("bundle exec puma -p 8001", [(8001, ANY, "http", "known", "8001")]),
        ("puma -b tcp://0.0.0.0:8001", [(8001, ANY, "http", "known", "tcp://0.0.0.0:8001")]),
        ("npx http-server -p 8001 dist", [(8001, ANY, "http", "known", "8001")]),
        ("serve -s build -l tcp://0.0.0.0:8001", [(8001, ANY, "http", "known", "tcp://0.0.0.0:8001")]),
        ("node node_modules/.bin/next start -p 8001", [(8001, ANY, "http", "known", "8001")]),
        ("caddy file-server --listen :8001 --root /srv", [(8001, ANY, "http", "known", ":8001")]),
        ("http-echo -listen=:8001 -text=ok", [(8001, ANY, "http", "known", ":8001")]),
        ("whoami --port 8001", [(8001, ANY, "http", "known", "8001")]),
        ("redis-server --port 6380", [(6380, ANY, "other", "known", "6380")]),
        ("redis-server --port 0 --tls-port 6380", [(6380, ANY, "tls", "known", "6380")]),
        ("postgres -c max_connections=200 -c port=5433", [(5433, ANY, "other", "known", "5433")]),
        ("postgres -p5433", [(5433, ANY, "other", "known", "5433")]),
        ("nc -l -p 8001", [(8001, ANY, "other", "known", "8001")]),
        ("busybox httpd -f -p 8001 -h /www", [(8001, ANY, "http", "known", "8001")]),
        ("httpd -f -p 8001", [(8001, ANY, "http", "known", "8001")]),
        ("nc -lk 8001", [(8001, ANY, "other", "known", "8001")]),
        ("socat TCP-LISTEN:8001,fork,reuseaddr TCP:db:5432", [(8001, "", None, "known", "8001")]),
        ("socat -d udp-l:8001,fork EXEC:cat", [(8001, "", "other", "known", "8001")]),
        ("socat Tcp4-Listen:8001 -", [(8001, "", None, "known", "8001")]),
        ("superset run -p 8001 -h 0.0.0.0", [(8001, ANY, "http", "known", "8001")]),
        ("tini -- gunicorn -b :8001 app", [(8001, ANY, "http", "known", ":8001")]),
        ("dumb-init gosu www-data env A=b gunicorn -b :8001 app", [(8001, ANY, "http", "known", ":8001")]),
        ("/docker-entrypoint.sh gunicorn -b :8001 app", [(8001, ANY, "http", "known", ":8001")]),
        ("poetry run gunicorn -b :8001 app", [(8001, ANY, "http", "known", ":8001")]),
    ],
)
def test_a_known_program_listens_where_its_flags_say(line: str, expected: list[Row]) -> None:
    found = look(command(*line.split()))
    assert rows(found) == expected
    assert found.is_complete
    # the same in a shell
    found = look(command("sh", "-c", f"set -e; exec {line}"))
    assert rows(found) == expected
    assert found.is_complete


def test_a_command_that_does_something_else_with_the_image_is_not_the_images_own() -> None:
    found = look(command("caddy", "file-server", "--listen", ":8001", image="caddy:2.8"))
    assert rows(found) == [(8001, ANY, "http", "known", ":8001")]


@pytest.mark.parametrize(
    "line",
    [
        "gunicorn -c /app/gunicorn.conf.py app:app",
        "gunicorn -b $HOST_PORT app",
        "gunicorn -b 0.0.0.0:${PORT} app",
        "gunicorn -b {{ .Values.bind }} app",
        "uvicorn app:app --port",
        "uvicorn app:app --port eighty",
        "uvicorn app:app --uds /run/x",
        "redis-server /etc/redis.conf",
        "./server",
        "npm start",
        "sleep infinity",
        "/entrypoint.sh ./server",
    ],
)
def test_nothing_is_said_where_the_port_is_not_known(line: str) -> None:
    found = look(command(*line.split(" ")))
    assert found.sockets == ()
    assert not found.is_complete


def test_arguments_of_an_unknown_image_may_name_a_program() -> None:
    found = look('image: registry.example.com/shop/api\nargs: [gunicorn, "-b", "0.0.0.0:8001", app]')
    assert rows(found) == [(8001, ANY, "http", "known", "0.0.0.0:8001")]


def test_the_last_flag_wins() -> None:
    assert ports(look(command("uvicorn", "app", "--port", "8001", "--port", "8002"))) == [8002]


def test_references_are_replaced_as_the_kubelet_does() -> None:
    found = look(command("gunicorn", "--bind=0.0.0.0:$(WEB_PORT)", "app", env={"WEB_PORT": "8001"}))
    assert rows(found) == [(8001, ANY, "http", "known", "0.0.0.0:$(WEB_PORT)")]


def test_a_host_that_only_the_cluster_knows_leaves_the_port_known() -> None:
    container = """
        image: registry.example.com/shop/api
        command: [gunicorn, "--bind=$(POD_IP):8001", app]
        env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
    """
    found = look(container)
    assert rows(found) == [(8001, "", "http", "known", "$(POD_IP):8001")]
    assert found.is_complete


# --- scripts ------------------------------------------------------------------------------------------------------


def nginx(script: str, env: dict[str, str] | None = None, image: str = "nginx") -> str:
    return command("/bin/sh", "-c", script, image=image, env=env)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "echo 'server { listen 8080; }' > /etc/nginx/conf.d/default.conf && nginx -g 'daemon off;'",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "echo server '{ listen 8080; }' >/etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            'echo "server { listen 8080; root \\$document_root; }" >| "/etc/nginx/conf.d/default.conf" && nginx',
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "printf 'server {\\n  listen %s;\\n}\\n' 8080 > /etc/nginx/conf.d/default.conf && nginx",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "cat <<EOF > /etc/nginx/conf.d/default.conf\nserver {\n  listen 8080;\n}\nEOF\nnginx -g 'daemon off;'",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "cat > /etc/nginx/conf.d/default.conf <<-'EOF' && nginx\n\tserver { listen 8080; return 200 $x; }\n\tEOF\n",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "echo 'server { listen 8080; }' | tee /etc/nginx/conf.d/default.conf > /dev/null; nginx",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "cd /etc/nginx/conf.d && echo 'server { listen 8080; }' > default.conf && nginx",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "echo 'server { listen 8080; }' > /etc/nginx/conf.d/a.conf && nginx",
            [(80, ANY, "http", "likely", "nginx"), (8080, ANY, "http", "known", "8080")],
        ),
        (
            "rm -f /etc/nginx/conf.d/default.conf; echo 'server { listen 8080; }' > /etc/nginx/conf.d/a.conf; nginx",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "rm -rf /etc/nginx/conf.d/*; echo 'server { listen 8080; }' > /etc/nginx/conf.d/a.conf; nginx",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "cd /etc/nginx/conf.d; echo 'server { listen 8080;' > default.conf\necho '}' >> default.conf\nnginx",
            [(8080, ANY, "http", "known", "8080")],
        ),
        (
            "sed -i 's/listen\\s*80;/listen 8080;/' /etc/nginx/conf.d/default.conf && nginx -g 'daemon off;'",
            [(8080, ANY, "http", "likely", "8080")],
        ),
        (
            "sed -i -e 's|listen  *80|listen 8080|g' /etc/nginx/conf.d/default.conf && nginx",
            [(8080, ANY, "http", "likely", "8080")],
        ),
        (
            "sed -Ei 's/listen +[0-9]+/listen 8080/' /etc/nginx/conf.d/default.conf && nginx",
            [(8080, ANY, "http", "likely", "8080")],
        ),
        ("sed -i 's/localhost/shop/' /etc/nginx/conf.d/default.conf; nginx", [(80, ANY, "http", "likely", "nginx")]),
        ("until nc -z db 5432; do sleep 1; done; nginx", [(80, ANY, "http", "likely", "nginx")]),
        ('if [ -n "$DEBUG" ]; then echo debugging; fi; nginx', [(80, ANY, "http", "likely", "nginx")]),
        ("nginx -t && exec nginx -g 'daemon off;'", [(80, ANY, "http", "likely", "nginx")]),
        ("nginx -g 'daemon off;' || exit 1", [(80, ANY, "http", "likely", "nginx")]),
        ("if true; then A=; fi; nginx", [(80, ANY, "http", "likely", "nginx")]),
        ("(sleep 5; echo ready) & nginx", [(80, ANY, "http", "likely", "nginx")]),
        ("nginx > /dev/stdout 2>&1", [(80, ANY, "http", "likely", "nginx")]),
        ("/prepare.sh && nginx", [(80, ANY, "http", "likely", "nginx")]),
    ],
)
def test_what_a_script_writes_is_what_nginx_reads(script: str, expected: list[Row]) -> None:
    found = look(nginx(script))
    assert rows(found) == expected
    assert found.is_complete


def test_variables_of_the_container_are_put_in_by_the_shell() -> None:
    script = 'echo "server { listen ${WEB_PORT:-80}; }" > /etc/nginx/conf.d/default.conf && nginx'
    assert rows(look(nginx(script, {"WEB_PORT": "8081"}))) == [(8081, ANY, "http", "known", "${WEB_PORT:-80}")]


def test_variables_of_the_script_count() -> None:
    assert ports(look(command("bash", "-ec", "export WEB_PORT=8001\nexec gunicorn -b :$WEB_PORT app"))) == [8001]
    assert ports(look(command("bash", "-c", "WEB_PORT=8001; exec gunicorn -b :$WEB_PORT app"))) == [8001]


def test_variables_before_a_command_are_its_own() -> None:
    found = look(command("sh", "-c", "FLASK_RUN_PORT=8001 FLASK_RUN_HOST=0.0.0.0 flask run"))
    assert rows(found) == [(8001, ANY, "http", "known", "8001")]


def test_envsubst_fills_a_mounted_template() -> None:
    container = """
        image: nginx
        command: [sh, -c, "envsubst '$WEB_PORT' < /conf/site.tpl > /etc/nginx/conf.d/default.conf && nginx"]
        env: [{name: WEB_PORT, value: "8081"}]
        volumeMounts: [{name: conf, mountPath: /conf}]
    """
    found = look(container, {"conf": {"site.tpl": "server { listen $WEB_PORT; return 200 $host; }"}})
    assert rows(found) == [(8081, ANY, "http", "known", "$WEB_PORT")]


def test_a_copied_file_is_the_file() -> None:
    container = """
        image: nginx
        command: [sh, -c, "cp /conf/site.conf /etc/nginx/conf.d/default.conf && nginx"]
        volumeMounts: [{name: conf, mountPath: /conf}]
    """
    assert ports(look(container, {"conf": {"site.conf": "server { listen 81; }"}})) == [81]


@pytest.mark.parametrize(
    "script",
    [
        'echo "server { listen $WEB_PORT; }" > /etc/nginx/conf.d/default.conf && nginx',
        'echo "server { listen $(cat /port); }" > /etc/nginx/conf.d/default.conf && nginx',
        "/generate.sh > /etc/nginx/conf.d/default.conf && nginx",
        "/generate.sh /etc/nginx/conf.d && nginx",
        "[ -f /x ] || echo 'server { listen 81; }' > /etc/nginx/conf.d/default.conf; nginx",
        "if [ -f /x ]; then echo 'server { listen 81; }' > /etc/nginx/conf.d/default.conf; fi; nginx",
        "sed -i 's/listen.*/listen 81;/;s/a/b/' /etc/nginx/conf.d/default.conf; nginx",
        'sed -i "s/80/$WEB_PORT/" /etc/nginx/conf.d/default.conf; nginx',
        "sed -i 's/(80)/81/' /etc/nginx/conf.d/default.conf; nginx",
        "cp /conf/* /etc/nginx/conf.d/; nginx",
        "echo 'server { listen 81; }' >> /etc/nginx/conf.d/default.conf; nginx",
        "case $A in a) nginx;; esac",
        "start() { nginx; }; start",
        "eval nginx",
        "while true; do nginx; done",
        "nginx & ./app",
        "./app & nginx",
        "nginx 'unclosed",
        "cat <<EOF > /etc/nginx/conf.d/default.conf\nserver { listen 81; }\n",
    ],
)
def test_a_script_that_cannot_be_followed_is_never_guessed_at(script: str) -> None:
    assert not look(nginx(script)).is_complete


def test_two_servers_in_one_container_are_both_seen() -> None:
    found = look(command("sh", "-c", "redis-server --port 6380 & exec gunicorn -b :8001 app"))
    assert ports(found) == [6380, 8001]
    assert found.is_complete


def test_php_fpm_in_the_background_and_nginx() -> None:
    script = "php-fpm -D; echo 'server { listen 8080; }' > /etc/nginx/conf.d/default.conf; nginx -g 'daemon off;'"
    assert ports(look(nginx(script))) == [8080, 9000]
