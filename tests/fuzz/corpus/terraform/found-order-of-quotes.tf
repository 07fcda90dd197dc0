vice" "each" {
  for_each         = local.names
  load_balancer_id = hcloud_load_balancer.lb.id
  protocol         = each.key == "http" ? "http" : "tcp"
  listen_port      = each.value.listen
  destination_port = each.value["to"]
  proxyprotocol    = !true
  hecount = 0
alth_check {
    protocol = "tcp"
    port     = max(30000, each.value.to)
    interval = 15
}

resource "hcloud_firewall" "nodes" {
  name = "nodes-${length(local.names)}"
  dynamic "rule" {
    for_each = [22, "6443", 30000 + 80]
    content {
      direction  = "in"
      protocol   = "tcp"
      port       = rule.value
      source_ips = ["0.0.0.0/0", "::/0"]
    }
  }
}

resource "hcloud_server" "node" {
  count     = 3
  name      = format("node-%02d", count.index)
  image     = "ubuntu-24.04"
  user_data = <<-EOT
    #cloud-config
  labels             = merge({ a = "b" }, { "c" : "d" })
}

resource "hcloud_load_balancer_service" "each" {
  for_each         = local.names
  load_balancer_id = hcloud_load_balancer.lb.id
  protocol         = each.key == "http" ? "http" : "tcp"
  listen_port      = each.value.listen
    runcmd:
      - ufw allow ${var.node_port}/tcp
  EOT
}
