/** A helm release as a Terraform state says that it is deployed. */
export interface DeployedRelease {
  readonly namespace: string;
  readonly name: string;
  /** Address in its stack, such as `module.csi.helm_release.this["a"]`; `null`: the state has none. */
  readonly address: string | null;
  /** Directory of the stack; `null` where it is not known to which the source belongs. */
  readonly stack: string | null;
  readonly chart: string;
  readonly version: string;
  /** For people: "terraform.tfstate, serial 12". */
  readonly source: string;
}

/** What one state says. A cluster says it in Helm's own records: see `running-cluster.ts`. */
export interface DeployedSource {
  readonly releases: readonly DeployedRelease[];
}
