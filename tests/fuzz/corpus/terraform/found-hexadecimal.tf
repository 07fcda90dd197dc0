locals {
  ports = { http = { listen = 0x50, to = 30080 } }
}
resource "hcloud_load_balancer" "lb" {
  name = "lb1"
}
resource "hcloud_load_balancer_service" "each" {
  for_each         = local.ports
  load_balancer_id = hcloud_load_balancer.lb.id
  protocol         = "tcp"
  listen_port      = each.value.listen
  destination_port = -0x50
}
