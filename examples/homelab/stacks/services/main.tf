terraform {
  required_version = ">= 1.9"

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
  }
}

provider "helm" {
  kubernetes = {
    config_path = "~/.kube/config"
  }
}

provider "kubernetes" {
  config_path = "~/.kube/config"
}

# This very repository lives in there.
resource "helm_release" "forgejo" {
  name             = "forgejo"
  namespace        = "git"
  create_namespace = true
  repository       = "oci://code.forgejo.org/forgejo-helm"
  chart            = "forgejo"
  version          = "14.0.2"
}

# No chart repository any more, only the archives of the releases.
resource "helm_release" "k8s_gateway" {
  name             = "k8s-gateway"
  namespace        = "dns"
  create_namespace = true
  chart            = "https://github.com/k8s-gateway/k8s_gateway/releases/download/k8s-gateway-3.2.3/k8s-gateway-3.2.3.tgz"

  values = [yamlencode({ domain = "home.example" })]
}

resource "helm_release" "wake_on_lan" {
  name      = "wake-on-lan"
  namespace = "home"
  chart     = "${path.module}/charts/wake-on-lan"
}
