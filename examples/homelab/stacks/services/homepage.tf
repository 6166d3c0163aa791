# Keel takes the patches here, so Terraform leaves the image alone after the first apply.
resource "kubernetes_deployment_v1" "homepage" {
  metadata {
    name      = "homepage"
    namespace = "home"
    labels    = { app = "homepage" }
    annotations = {
      "keel.sh/policy"  = "patch"
      "keel.sh/trigger" = "poll"
    }
  }

  spec {
    replicas = 1

    selector {
      match_labels = { app = "homepage" }
    }

    template {
      metadata {
        labels = { app = "homepage" }
      }

      spec {
        container {
          name  = "homepage"
          image = "ghcr.io/gethomepage/homepage:v1.4.0"

          port {
            container_port = 3000
          }
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [spec[0].template[0].spec[0].container[0].image]
  }
}
