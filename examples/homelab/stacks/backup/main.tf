# Backups leave the house: Velero writes to a bucket, the bucket keeps old versions.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

provider "helm" {
  kubernetes = {
    config_path = "~/.kube/config"
  }
}

data "terraform_remote_state" "versions" {
  backend = "s3"

  config = {
    bucket = "home-example-state"
    key    = "versions/terraform.tfstate"
    region = "eu-central-1"
  }
}

module "label" {
  source = "cloudposse/label/null"

  namespace = "home"
  name      = "backup"
}

module "bucket" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "4.11.0"

  bucket     = module.label.id
  versioning = { enabled = true }
}

# Fetches the copies to the box at my parents' place.
module "offsite" {
  source = "git::https://git.home.example/infra/terraform-offsite.git?ref=main"

  bucket = module.bucket.s3_bucket_id
}

module "alerts" {
  source = "git::https://git.home.example/infra/terraform-alerts.git?ref=v1.4.0"

  topic = "backup"
}

# The other house runs the same version, so it comes from the shared state.
resource "helm_release" "velero" {
  name             = "velero"
  namespace        = "backup"
  create_namespace = true
  repository       = "https://vmware-tanzu.github.io/helm-charts"
  chart            = "velero"
  version          = data.terraform_remote_state.versions.outputs.velero_chart_version
}
