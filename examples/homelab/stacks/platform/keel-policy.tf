# Minor updates for whatever asks for them with a label. The same namespaces stay out as in
# kubernetes/policies/keel.yaml, except media and photos, which only have this policy.

locals {
  keel_hands_off = [
    "kube-system",
    "kyverno",
    "keel",
    "cert-manager",
    "nfs-csi",
    "monitoring",
    "backup",
    "dns",
    "git",
    "vaultwarden",
  ]
}

resource "kubectl_manifest" "keel_minor" {
  yaml_body = yamlencode({
    apiVersion = "kyverno.io/v1"
    kind       = "ClusterPolicy"
    metadata = {
      name = "keel-minor"
    }
    spec = {
      background = false
      rules = [
        {
          name = "annotate-labelled-workloads"
          match = {
            any = [
              {
                resources = {
                  kinds    = ["Deployment", "StatefulSet"]
                  selector = { matchLabels = { "homelab.example/updates" = "minor" } }
                }
              },
            ]
          }
          exclude = {
            any = [
              { resources = { namespaces = local.keel_hands_off } },
            ]
          }
          mutate = {
            patchStrategicMerge = {
              metadata = {
                annotations = {
                  "+(keel.sh/policy)"  = "minor"
                  "+(keel.sh/trigger)" = "poll"
                }
              }
            }
          }
        },
      ]
    }
  })

  depends_on = [helm_release.kyverno]
}
