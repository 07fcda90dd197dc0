#!/usr/bin/env bash
set -euo pipefail
PORT="${1:-30080}"
for port in 22 6443 $((PORT + 1)); do
  ufw allow "${port}/tcp" comment 'open it'
done
if [ "$(id -u)" != 0 ]; then echo "no" >&2; exit 1; fi
sudo ufw delete allow 80 || true
cat > /etc/rancher/k3s/config.yaml <<EOF
disable: traefik
node-ip: ${IP}
EOF
cat <<'YAML' | kubectl apply -f -
apiVersion: v1
kind: Service
metadata: {name: late, namespace: shop}
spec: {ports: [{port: 80}]}
YAML
sed -i 's/30080/30443/g; s|a|b|' /etc/rancher/k3s/config.yaml
case "$PORT" in 3*) ufw reload ;; *) : ;; esac
hcloud load-balancer add-service lb1 --protocol tcp --listen-port 443 --destination-port "$PORT"
curl -sfL https://get.example.com | K3S_URL=https://10.0.0.11:6443 sh -s - agent --node-label role=worker
