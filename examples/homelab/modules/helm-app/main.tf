# One app, one chart, one namespace.

terraform {
  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = ">= 3.0.0"
    }
  }
}

resource "helm_release" "this" {
  name             = var.name
  namespace        = coalesce(var.namespace, var.name)
  create_namespace = true
  repository       = var.repository
  chart            = coalesce(var.chart, var.name)
  version          = var.chart_version

  values = [yamlencode(var.values)]
}
