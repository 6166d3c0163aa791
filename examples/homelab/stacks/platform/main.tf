# What the rest of the cluster stands on.

locals {
  chart_defaults = {
    timeout    = 600
    repository = null
  }

  # One place to look at before an upgrade: versions.yaml.
  charts = {
    for name, chart in yamldecode(file("${path.module}/versions.yaml"))["charts"] :
    name => merge(local.chart_defaults, chart)
  }

  # Small things without much configuration.
  extras = {
    keel = {
      namespace  = "keel"
      repository = "https://charts.keel.sh"
      version    = "1.0.5"
      # The Helm provider of Keel stays off: charts belong to Terraform.
      values = { helmProvider = { enabled = false } }
    }
    metrics-server = {
      namespace  = "kube-system"
      repository = "https://kubernetes-sigs.github.io/metrics-server"
      version    = "3.13.0"
      values     = { args = ["--kubelet-insecure-tls"] }
    }
  }
}

resource "helm_release" "cert_manager" {
  name             = "cert-manager"
  namespace        = "cert-manager"
  create_namespace = true
  repository       = "https://charts.jetstack.io"
  chart            = "cert-manager"
  version          = "v1.18.2"

  set = [
    {
      name  = "crds.enabled"
      value = "true"
    },
  ]
}

resource "helm_release" "kyverno" {
  name             = "kyverno"
  namespace        = "kyverno"
  create_namespace = true
  repository       = local.charts["kyverno"].repository
  chart            = "kyverno"
  version          = local.charts["kyverno"].version
  timeout          = local.charts["kyverno"].timeout
}

resource "helm_release" "extra" {
  for_each = local.extras

  name             = each.key
  namespace        = each.value.namespace
  create_namespace = true
  repository       = each.value.repository
  chart            = each.key
  version          = each.value.version

  values = [yamlencode(each.value.values)]
}

# It reboots my nodes, so nothing about it moves unless I move it: chart and image by digest.
resource "helm_release" "kured" {
  name      = "kured"
  namespace = "kube-system"
  chart     = "oci://ghcr.io/home-example/charts/kured@sha256:c8a1f1d0b3b64dd2c0c0a6d2b7f1d3d5f4c4f0a7c6a5f9d3b1e7f2a90d6c4b18"

  values = [
    yamlencode({
      image = {
        repository = "ghcr.io/kubereboot/kured"
        tag        = "1.20.0@sha256:5b1f7d0a9c3e48d26f0b7e1c5a94d8f3e2c6071b8a5d4f39c0e7b6a2d1f8c493"
        pullPolicy = "IfNotPresent"
      }
      configuration = {
        period    = "30m"
        startTime = "3am"
        endTime   = "6am"
      }
    }),
  ]
}
