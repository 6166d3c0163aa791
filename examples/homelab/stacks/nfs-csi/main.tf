# NFS volumes from the NAS. Everything that needs a ReadWriteMany volume hangs on this.

resource "kubernetes_namespace_v1" "nfs_csi" {
  metadata {
    name = "nfs-csi"
  }
}

# Keel must not touch this one: nfs-csi is on the exclude list in kubernetes/policies/keel.yaml
# and in stacks/platform/keel-policy.tf, so it stays where it is.
resource "helm_release" "csi_driver_nfs" {
  name       = "csi-driver-nfs"
  namespace  = kubernetes_namespace_v1.nfs_csi.metadata[0].name
  repository = "https://raw.githubusercontent.com/kubernetes-csi/csi-driver-nfs/master/charts"
  chart      = "csi-driver-nfs"

  values = [file("${path.module}/values.yaml")]
}
