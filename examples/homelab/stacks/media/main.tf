terraform {
  required_version = ">= 1.9"

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
  }
}

provider "helm" {
  kubernetes = {
    config_path = "~/.kube/config"
  }
}

module "jellyfin" {
  source = "../../modules/helm-app"

  name          = "jellyfin"
  namespace     = "media"
  repository    = "https://jellyfin.github.io/jellyfin-helm"
  chart_version = "2.3.0"

  values = {
    persistence = { media = { existingClaim = "media" } }
  }
}

module "navidrome" {
  source = "../../modules/helm-app"

  name       = "navidrome"
  namespace  = "media"
  repository = "https://charts.home.example/stable"

  values = {
    persistence = { music = { existingClaim = "media" } }
  }
}

module "redis" {
  source = "../../modules/redis"

  namespace = "media"
}
