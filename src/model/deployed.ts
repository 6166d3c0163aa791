/** A helm release as it runs, with what tells so. */
export interface DeployedRelease {
  readonly namespace: string;
  readonly name: string;
  /** Address in its stack, such as `module.csi.helm_release.this["a"]`; `null` where a cluster tells. */
  readonly address: string | null;
  /** Directory of the stack; `null` where it is not known to which the source belongs. */
  readonly stack: string | null;
  readonly chart: string;
  readonly version: string;
  /** For people: "terraform.tfstate, serial 12". */
  readonly source: string;
}

/** Whatever can say what is deployed: Terraform state now, a cluster or a snapshot later. */
export interface DeployedSource {
  readonly releases: readonly DeployedRelease[];
}
