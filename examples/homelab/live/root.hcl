# Included by every unit below. Units get their provider from here.

generate "provider" {
  path      = "provider_generated.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-HCL
    terraform {
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
  HCL
}

inputs = {
  repository = "https://charts.home.example/stable"
}
