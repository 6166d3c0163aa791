include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "../../../modules//helm-app"
}

inputs = {
  name          = "immich"
  namespace     = "photos"
  repository    = "oci://ghcr.io/immich-app/immich-charts"
  chart_version = "0.10.1"

  values = {
    immich = { persistence = { library = { existingClaim = "photos" } } }
  }
}
