include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "../../../modules//helm-app"
}

inputs = {
  name          = "vaultwarden"
  repository    = "https://guerzon.github.io/vaultwarden"
  chart_version = "0.32.1"

  values = {
    image = {
      repository = "vaultwarden/server"
      tag        = "1.34.3"
      pullPolicy = "IfNotPresent"
    }
  }
}
