import { join } from "node:path";
import type { Bed } from "./bed.ts";
import { run } from "./run.ts";

/** Files in the bed's `pki`. The apiserver makes its own serving certificate beside them. */
export interface Pki {
  readonly directory: string;
  /** Signs the certificate that the apiserver shows to kubelets. */
  readonly ca: string;
  readonly kubeletClient: { readonly certificate: string; readonly key: string };
  /** Signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
  /** The apiserver's own, self-signed: what clients trust. */
  readonly apiserver: string;
}

export function pkiOf(bed: Bed): Pki {
  const directory = join(bed.directory, "pki");
  return {
    directory,
    ca: join(directory, "ca.crt"),
    kubeletClient: { certificate: join(directory, "kubelet-client.crt"), key: join(directory, "kubelet-client.key") },
    serviceAccountKey: join(directory, "service-account.key"),
    apiserver: join(directory, "apiserver.crt"),
  };
}

/** Makes keys and certificates with openssl, good for 30 days. */
export async function makeCertificates({ directory, ca, kubeletClient, serviceAccountKey }: Pki): Promise<void> {
  const caKey = join(directory, "ca.key");
  const request = join(directory, "kubelet-client.csr");
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", serviceAccountKey);
  await openssl("req", "-x509", ...newKey, "-days", "30", "-subj", "/CN=ca", "-keyout", caKey, "-out", ca);
  const subject = "/O=system:masters/CN=apiserver";
  await openssl("req", ...newKey, "-subj", subject, "-keyout", kubeletClient.key, "-out", request);
  const signed = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "30", "-out", kubeletClient.certificate];
  await openssl("x509", "-req", "-in", request, ...signed);
}

async function openssl(...args: string[]): Promise<void> {
  await run(["openssl", ...args]);
}
