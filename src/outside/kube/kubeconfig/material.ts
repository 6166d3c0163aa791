import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { readNamed } from "../../files/read.ts";
import { NoConnection } from "../connection.ts";
import { besideFile } from "./read.ts";
import type { Origin, Selected } from "./read.ts";
import type { Cluster, User } from "./schema.ts";

/** What TLS needs of a kubeconfig: PEM in base64, from the kubeconfig itself or from the files that it names. */
export interface Material {
  readonly authority: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/**
 * Reads certificates and keys, and looks whether they are what they should be. Data goes before files, as in client-go;
 * the official JavaScript client has it the other way round. Throws {@link NoConnection}.
 */
export function readMaterial({ cluster, user }: Pick<Selected, "cluster" | "user">): Material {
  const authority = pick(cluster, "certificate-authority-data", "certificate-authority");
  const certificate = pick(user, "client-certificate-data", "client-certificate");
  const key = pick(user, "client-key-data", "client-key");
  if (authority !== undefined) refuse(authority, () => void new X509Certificate(authority.pem));
  if ((certificate === undefined) !== (key === undefined)) {
    throw unfit(certificate ?? key, "a client certificate and its key are only of use together");
  }
  if (certificate !== undefined && key !== undefined)
    refuse(certificate, () => void createSecureContext({ cert: certificate.pem, key: key.pem }));
  return { authority: encoded(authority), certificate: encoded(certificate), key: encoded(key) };
}

/** Reads a file that a kubeconfig names; throws {@link NoConnection} where it cannot be read. */
export function readBeside(origin: Origin<unknown>, field: string, named: string): string {
  const path = besideFile(origin, named);
  const read = readNamed(path);
  if ("text" in read) return read.text;
  throw new NoConnection(
    "KUBE005",
    `${path}, which ${origin.path} names as ${field}, could not be read: ${read.failure}`,
    "Check path, owner and mode.",
  );
}

interface Pem {
  readonly pem: Buffer;
  /** Where it was written. */
  readonly place: string;
}

type CertificateField = keyof (Cluster & User) & `${"certificate" | "client"}-${string}`;

function pick<T extends Partial<Record<CertificateField, string | undefined>>>(
  origin: Origin<T>,
  data: CertificateField,
  file: CertificateField,
): Pem | undefined {
  const { [data]: inside, [file]: named } = origin.value;
  if (inside !== undefined) return { pem: Buffer.from(inside, "base64"), place: `${data} in ${origin.path}` };
  if (named === undefined) return undefined;
  return { pem: Buffer.from(readBeside(origin, file, named)), place: besideFile(origin, named) };
}

function refuse(material: Pem, check: () => void): void {
  try {
    check();
  } catch {
    throw unfit(material, "it is no certificate in PEM, or does not fit its key");
  }
}

function unfit(material: Pem | undefined, why: string): NoConnection {
  return new NoConnection("KUBE005", `${material?.place ?? "a certificate"} is of no use: ${why}`, "Mend the file.");
}

function encoded(material: Pem | undefined): string | undefined {
  return material?.pem.toString("base64");
}
