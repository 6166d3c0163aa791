# Still on version 2 of the helm provider: the set blocks below need rewriting first.

terraform {
  required_version = ">= 1.9"

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 2.17"
    }
  }
}

provider "helm" {
  kubernetes {
    config_path = "~/.kube/config"
  }
}

# Stay on 58 until the dashboards are ported.
resource "helm_release" "kube_prometheus_stack" {
  name             = "kube-prometheus-stack"
  namespace        = "monitoring"
  create_namespace = true
  repository       = "https://prometheus-community.github.io/helm-charts"
  chart            = "kube-prometheus-stack"
  version          = "~> 58.0"

  set {
    name  = "grafana.enabled"
    value = "false"
  }

  set {
    name  = "prometheus.prometheusSpec.retention"
    value = "30d"
  }
}

resource "helm_release" "loki" {
  name       = "loki"
  namespace  = helm_release.kube_prometheus_stack.namespace
  repository = "https://grafana.github.io/helm-charts"
  chart      = "loki"
  version    = var.loki_chart_version

  set {
    name  = "deploymentMode"
    value = "SingleBinary"
  }
}

resource "helm_release" "alloy" {
  name       = "alloy"
  namespace  = helm_release.kube_prometheus_stack.namespace
  repository = "https://grafana.github.io/helm-charts"
  chart      = "alloy"
  version    = var.alloy_chart_version
}
