# Redis for the media apps. Bump the default here, everybody gets the same.

variable "namespace" {
  type = string
}

variable "chart_version" {
  type    = string
  default = "0.12.0"
}

resource "helm_release" "redis" {
  name       = "redis"
  namespace  = var.namespace
  repository = "https://charts.home.example/stable"
  chart      = "redis"
  version    = var.chart_version

  values = [yamlencode({ persistence = { enabled = true, storageClass = "nas" } })]
}
