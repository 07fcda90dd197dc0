"""Secrets in every form that people write them in, and what only looks like one.

In a form `§` is a secret; each form is a whole text of a kind of file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

_DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{name: web, %s}]}}}\n"

FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # Secrets, whatever their keys are named
        "Secret of which the kind is spelled with escapes": ("a.yaml", 'kind: "Secr\\u0065t"\ndata:\n  plain: §\n'),
        "Secret, plain": ("a.yaml", "kind: Secret\ndata:\n  plain: §\n"),
        "Secret, before its kind": ("a.yaml", "stringData:\n  plain: §\nkind: Secret\n"),
        "Secret, flow": ("a.yaml", "{kind: Secret, stringData: {plain: §, other: '§'}}\n"),
        "Secret, literal block": (
            "a.yaml",
            "kind: Secret\nstringData:\n  file: |\n    §\n     §\n\n    §\n  next: §\n",
        ),
        "Secret, folded block": ("a.yaml", "kind: Secret\nstringData:\n  file: >-\n    §\n    §\n"),
        "Secret, several lines": ("a.yaml", 'kind: Secret\nstringData:\n  one: "§\n    §"\n  two: §\n    §\n'),
        "Secret, second document": ("a.yaml", "kind: ConfigMap\ndata: {a: b}\n---\nkind: Secret\ndata:\n  plain: §\n"),
        "Secret in a List": ("a.yaml", "kind: List\nitems:\n- kind: Secret\n  data:\n    plain: §\n- kind: Service\n"),
        "Secret in JSON": ("a.json", '{"kind": "Secret", "data": {"plain": "§"}}'),
        "Secret in JSON lines": ("a.jsonl", '{"kind": "Secret", "data": {"plain": "§"}}\n{}\n'),
        "Secret that does not parse": ("a.yaml", "kind: Secret\ndata:\n  plain: §\n   more: [\n  next: '§'\n"),
        "Secret in a ConfigMap": (
            "a.yaml",
            "kind: ConfigMap\ndata:\n  a.yaml: |\n    kind: Secret\n    data:\n      b: §\n",
        ),
        "Secret in a Terraform file": ("a.tf", "x = <<EOT\nkind: Secret\ndata:\n  plain: §\nEOT\n"),
        "Secret as it was applied": (
            "a.yaml",
            """\
kind: Secret
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"kind":"Secret","stringData":{"plain":"§"}}
""",
        ),
        "secretGenerator": ("kustomization.yaml", "secretGenerator:\n- name: a\n  literals:\n  - user=§\n  - 'b=§'\n"),
        # names of keys
        "password": ("a.yaml", "a: {password: §}\n"),
        "passwords of several words": ("a.yaml", "db_password: § § § # no part of it\n"),
        "camel case": ("a.yaml", "rootPassword: '§'\napiKey: §\n"),
        "one word": ("a.yaml", "env: {PGPASSWORD: §, clientsecret: §}\n"),
        "list": ("a.yaml", "passwords:\n- §\n- '§'\n"),
        "number": ("a.yaml", "pin_password: 31415926§\n"),
        "mapping of its value": ("a.yaml", "apiToken:\n  value: §\n"),
        "anchor": ("a.yaml", "a: {password: &pw §}\nb: {x: *pw}\n"),
        "block": ("a.yaml", "token: |\n  §\nnext: 1\n"),
        "next line": ("a.yaml", "token:\n  §\n"),
        "twice": ("a.yaml", "token: §\ntoken: §\n"),
        "kubeconfig": ("a.yaml", "users: [{name: a, user: {client-key-data: §, token: §}}]\n"),
        "connection string": (
            "a.yaml",
            'ConnectionStrings: {x: "Server=db;Password=§;Port=1"}\nconnectionString: "§"\n',
        ),
        "cloud-init": (
            "a.yaml",
            "#cloud-config\nchpasswd: {list: 'root:§'}\nusers: [{name: a, plain_text_passwd: §}]\n",
        ),
        "file of a token": ("a.yaml", "write_files:\n- path: /etc/rancher/token\n  content: §\n"),
        "comment": ("a.yaml", "a: 1\n# password: §\n"),
        "JSON that does not parse": ("a.json", '{"password": "§", "token": "§\n'),
        "JSON in a string": ("a.yaml", 'a: "{\\"password\\":\\"§\\",\\"b\\":1}"\n'),
        "Docker": ("a.json", '{"auths": {"registry.example.com": {"password": "§"}}}'),
        # variables
        "variable": ("a.yaml", _DEPLOYMENT % "env: [{name: DB_PASSWORD, value: §}]"),
        "variable, block": ("a.yaml", "env:\n- name: DB_PASSWORD\n  value: §\n- name: PORT\n  value: '80'\n"),
        "variable, value first": ("a.yaml", "env:\n- value: §\n  name: DB_PASSWORD\n"),
        "variable that does not parse": ("a.yaml", "env:\n- name: DB_PASSWORD\n  value: §\n- name: [\n"),
        "variable in an environment": ("a.yaml", "env:\n- name: ALL\n  value: |\n    API_KEY=§\n    PORT=80\n"),
        "K3S_TOKEN": ("a.sh", "curl -sfL https://get.k3s.io | K3S_TOKEN=§ sh -s - server --disable traefik\n"),
        "export": ("a.sh", 'export DB_PASS="§" PORT=80\n'),
        "several words": ("a.sh", "DB_PASSWORD='§ §'\nTOKEN=\"§\n§\"\n"),
        "default": ("a.sh", 'echo "${DB_PASSWORD:-§}"\nPASSWORD=${X:-§}\n'),
        "here-document": ("a.sh", "cat > .env <<EOT\nSECRET_KEY_BASE=§\nEOT\n"),
        "settings": ("a.conf", "password = § §\nmasterauth §\nrequirepass §\n"),
        "unit": ("a.txt", 'Environment="K3S_TOKEN=§"\nEnvironment=AGENT_TOKEN=§\n'),
        "query": ("a.yaml", "url: https://api.example.com/x?a=1&token=§&b=2\n"),
        # flags
        "flag": ("a.yaml", _DEPLOYMENT % "args: ['--token=§', '--port=80']"),
        "flag and its value": ("a.yaml", _DEPLOYMENT % "args: [--api-key, §, --port, '80']"),
        "flag in a list": ("a.yaml", "args:\n- --password\n- §\n- --port=80\n"),
        "flag in a list that does not parse": ("a.yaml", "args:\n- --password\n- §\n- [\n"),
        "flag of a shell": ("a.sh", "k3s agent --server https://x:6443 --token § --node-ip 10.0.0.1\n"),
        "flag over lines": ("a.sh", "k3s server \\\n  --agent-token \\\n  § \\\n  --disable traefik\n"),
        "helm --set": ("a.sh", "helm install a b --set auth.rootPassword=§,auth.port=80 --set-string 'token=§'\n"),
        "mysql": ("a.sh", "mysql -h db -uroot -p§ shop\n"),
        "mysql in a list": ("a.yaml", "command: [mysqladmin, ping, -p§]\n"),
        "mysql in a list, line by line": ("a.yaml", "command:\n- mysqladmin\n- ping\n- -p§\n"),
        "redis-cli in a list": ("a.yaml", "exec: {command: [redis-cli, -a, §, ping]}\n"),
        "redis-cli in a list, line by line": ("a.yaml", "command:\n- redis-cli\n- -a\n- §\n- ping\n"),
        "mongo": ("a.sh", "mongosh -u a -p § shop\nREDISCLI_AUTH=§ redis-cli ping\n"),
        "docker login": (
            "a.sh",
            'docker login -u me -p § registry.example.com\necho "§" | docker login --password-stdin\n',
        ),
        "kubectl create secret": (
            "a.sh",
            "kubectl create secret generic a --from-literal=user=§ --from-literal='b=§'\n",
        ),
        "curl": ("a.sh", "curl -u admin:§ -H 'X-Api-Key: §' https://example.com\n"),
        "curl, other ways": (
            "a.sh",
            "curl -uadmin:§ x; curl -U a:§ x; curl --proxy-user a:§ x; curl --oauth2-bearer § x; curl -b 'a=§' x\n",
        ),
        "openssl and sudo": ("a.sh", "openssl rsa -in a -passin pass:§ -passout 'pass:§'\necho '§' | sudo -S id\n"),
        "htpasswd, in each way": ("a.sh", "htpasswd -nb web §\nhtpasswd -b -c /a web §\nhtpasswd -bnBC 10 web §\n"),
        "vault": ("a.sh", "vault kv put secret/web user=§ other='§'\nvault write auth/userpass/users/a password=§\n"),
        "npm": ("a.conf", "//registry.example.com/:_authToken=§\n_auth=§\n"),
        "pgpass": ("a.txt", "db.example.com:5432:shop:web:§\n*:*:*:web:§\n"),
        "users of Redis": ("a.conf", "user default on >§ ~* +@all\n"),
        "what hashes are made with": ("a.yaml", "hmac: §\nsalt: §\npepper: §\njwt: §\n"),
        "sshpass": ("a.sh", "sshpass -p '§' ssh -p 22 root@10.0.0.1\n"),
        # what its form gives away
        "URL": ("a.yaml", "a: postgres://shop:§@db.example:5432/shop?sslmode=off\nb: redis://:§@cache:6379\n"),
        "Go's DSN": ("a.yaml", "a: shop:§@tcp(db:3306)/shop\n"),
        "bearer": ("a.yaml", "a: 'Authorization: Bearer §§§'\n"),
        "basic": ("a.conf", 'proxy_set_header Authorization "Basic §";\n'),
        "private key": (
            "a.yaml",
            "a: |\n  -----BEGIN RSA PRIVATE KEY-----\n  §\n  §\n  -----END RSA PRIVATE KEY-----\n",
        ),
        "private key in one line": ("a.yaml", 'a: "-----BEGIN PRIVATE KEY-----\\n§\\n-----END PRIVATE KEY-----"\n'),
        "private key without an end": ("a.yaml", "a: |\n  -----BEGIN PRIVATE KEY-----\n  §\nb: 1\n"),
        "private key with words behind its first line": (
            "a.yaml",
            "a: |\n  -----BEGIN RSA PRIVATE KEY----- # of 2024\n  §\n  -----END RSA PRIVATE KEY-----\n",
        ),
        "private key with a comment inside": (
            "a.yaml",
            "a: |\n  -----BEGIN EC PRIVATE KEY-----\n  # mine, of 2024\n  §\n  -----END EC PRIVATE KEY-----\n",
        ),
        "private key with other headers": (
            "a.yaml",
            "a: |\n  -----BEGIN RSA PRIVATE KEY-----\n  Subject: CN=a, O=b\n\n  §\n  -----END RSA PRIVATE KEY-----\n",
        ),
        "private key with a comment and without an end": (
            "a.yaml",
            "a: |\n  -----BEGIN PRIVATE KEY----- # mine\n  # (of 2024)\n  §\nb: 1\n",
        ),
        "private key, item by item": (
            "a.yaml",
            "a:\n- '-----BEGIN PRIVATE KEY-----'\n- '§'\n- §\n- '-----END PRIVATE KEY-----'\n",
        ),
        "private key, command by command": (
            "a.sh",
            "echo '-----BEGIN PRIVATE KEY-----' > k\necho '§' >> k\necho '-----END PRIVATE KEY-----' >> k\n",
        ),
        "private key of SSH2": (
            "a.yaml",
            "a: |\n  ---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n  §\n  ---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
        ),
        "private key of PuTTY": ("a.txt", "Public-Lines: 1\nAAAA\nPrivate-Lines: 2\n§\n§\nPrivate-MAC: 00\n"),
        "webhooks": ("a.yaml", f"a: https://discord.com/api/webhooks/123456/§{'a' * 30}\n"),
        "headers of a probe": (
            "a.yaml",
            "httpHeaders: [{name: Authorization, value: Basic §}]\nb:\n- name: Cookie\n  value: session=§\n",
        ),
        "headers that a proxy sets": (
            "a.conf",
            "proxy_set_header X-Api-Key §;\nproxy_set_header Cookie \"a=§\";\nhttp-request set-header X-Token '§'\n",
        ),
        "elements of XML": ("a.txt", "<a><password>§</password><user>b</user></a>\n"),
        "known tokens": ("a.yaml", f"a: ghp_{'a' * 20}§\nb: glpat-{'a' * 20}§\nc: eyJhbGciOiJI.eyJzdWIiOiIx.§\n"),
        "token of K3s": ("a.yaml", f"a: K10{'0f' * 16}::server:§\n"),
        "htpasswd": ("a.conf", "admin:$apr1$abcdefgh$§\n"),
        "HAProxy": ("a.cfg", "userlist u\n  user admin insecure-password §\n  stats auth admin:§\n"),
        # Terraform
        "Terraform": ("a.tf", 'provider "hcloud" {\n  token = "§"\n}\n'),
        "Terraform's variable": ("a.tf", 'variable "hcloud_token" {\n  type = string\n  default = "§"\n}\n'),
        "Terraform's values": ("a.tfvars", 'hcloud_token = "§"\n'),
        "Terraform's expression": ("a.tf", 'locals {\n  api_key = var.x != "" ? var.x : "§"\n}\n'),
        "Terraform's here-document": ("a.tf", "locals {\n  password = <<-EOT\n    §\n  EOT\n  a = 1\n}\n"),
        "helm_release": ("a.tf", 'set {\n  name  = "auth.password"\n  value = "§"\n}\n'),
        "helm_release, sensitive": (
            "a.tf",
            'set_sensitive {\n  name = "a"\n  value = "§"\n}\nset_sensitive = [{\n  value = "§"\n}, { value = "§" }]\n',
        ),
        "user data": ("a.tf", "user_data = <<EOT\nruncmd:\n- curl x | K3S_TOKEN=§ sh -\nEOT\n"),
    }
)

OPEN: Mapping[str, str] = MappingProxyType(
    {
        "a.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: token-service
  annotations: {nginx.ingress.kubernetes.io/auth-secret: basic-auth, nginx.ingress.kubernetes.io/auth-tls-secret: a/b}
spec:
  template:
    spec:
      automountServiceAccountToken: false
      imagePullSecrets: [{name: registry}]
      topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname}]
      tolerations: [{key: node-role, operator: Exists, value: yes-sir}]
      containers:
        - name: password
          image: registry.example.com/secret:1.2
          args: [--token-file=/run/token, --secret-name=db, --authorization-mode=RBAC, "--tls-private-key-file=/a/b"]
          command: [sh, -c, 'mkdir -p /data && ssh -p 22 host && exec app --password-stdin']
          ports: [{name: token, containerPort: 8080}]
          env:
            - {name: PORT, value: "8080"}
            - {name: COOKIE_DOMAIN, value: example.com}
            - {name: MONKEY, value: banana}
            - {name: KEYBOARD_LAYOUT, value: de}
            - {name: KEYBUZZ_URL, value: "https://keybuzz.example/auth?x=1"}
            - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
            - {name: DB_PASSWORD_FILE, value: /run/secrets/db}
            - {name: TOKEN, value: "$(DB_PASSWORD)"}
            - {name: API_KEY, value: "${API_KEY}"}
            - {name: MAX_TOKENS, value: "4096"}
            - {name: TOKEN_TTL, value: "3600"}
            - {name: SSH_PUBLIC_KEY, value: ssh-ed25519 AAAA}
            - {name: CACHE, value: "redis://cache:6379/0"}
            - {name: FEED, value: "https://example.com:8443/x?mail=a@b.example"}
          envFrom: [{secretRef: {name: db}}, {configMapRef: {name: web}}]
      volumes:
        - {name: a, secret: {secretName: db, defaultMode: 420, items: [{key: tls.key, path: key.pem}]}}
        - {name: b, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}}
---
kind: Ingress
spec: {tls: [{secretName: web-tls, hosts: [token.example]}], rules: [{host: secret.example}]}
---
kind: Issuer
spec: {acme: {privateKeySecretRef: {name: account}}, existingSecret: a, passwordKey: b, tokenPath: /a/b, keyFile: a.pem}
---
kind: Role
rules: [{resources: [secrets, tokenreviews], verbs: [get]}]
---
sshKeyName: me
publicKey: AAAA
keepalive: 1
primaryKey: id
usePassword: true
sharedSecret: ""
hcloudToken: "{{ .Values.token }}"
""",
        "a.tf": """\
variable "hcloud_token" {
  sensitive = true
}
provider "hcloud" {
  token = var.hcloud_token
}
resource "hcloud_ssh_key" "me" {
  name       = "me"
  public_key = file("~/.ssh/id_ed25519.pub")
}
resource "x" "y" {
  k3s_token       = random_password.k3s.result
  private_key     = tls_private_key.k3s.private_key_pem
  ssh_private_key = file("/root/.ssh/id")
  secret          = { name = "a" }
  user_data       = "K3S_TOKEN=${random_password.k3s.result} sh -s - server"
}
""",
        "a.sh": """\
#!/bin/sh
TOKEN=$1
K3S_TOKEN=$(cat /var/lib/rancher/k3s/server/token) PASSWORD="$TOKEN" sh -s - server --token "$TOKEN" --tls-san a.example
if [ "$TOKEN" == "" ]; then exit 1; fi
kubeadm token create --print-join-command
ufw allow 30000/tcp comment 'token service'
docker run --user 1000:1000 -p 8080:80 nginx
docker run -u1000:1000 mongo -p 27017
curl -b cookies.txt https://a.example
ufw allow 30001/tcp
K3S_TOKEN_FILE=/etc/rancher/token k3s server --token-file /etc/rancher/token
""",
        "a.conf": """\
server {
  listen 80;
  location / { proxy_pass http://web:8080; proxy_set_header Authorization $http_authorization; }
  ssl_certificate_key /etc/ssl/web.key;
  fastcgi_pass unix:/run/php.sock;
  proxy_set_header X-Auth-Token $http_x_auth_token;
  proxy_set_header Host web.example;
}
""",
    }
)


def planted() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Every form with secrets of its own: what it is, its path, its text, its secrets."""
    for number, (name, (path, form)) in enumerate(FORMS.items()):
        parts = form.split("§")
        signs = tuple(f"Zq{number:02d}x{index:02d}Vk" for index in range(len(parts) - 1))
        yield name, path, "".join(f"{part}{sign}" for part, sign in zip(parts, (*signs, ""), strict=True)), signs
