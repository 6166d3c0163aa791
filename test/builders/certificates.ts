import { createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";

/** A certificate with its key, both as PEM. */
interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that signs certificates, made for one test; openssl is not needed. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** A certificate for the names and IP addresses; `organization` becomes a group where an API server takes it. */
  readonly issue: (name: string, options?: { altNames?: readonly string[]; organization?: string }) => Identity;
}

export function authority(name = "test authority"): Authority {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { name: distinguishedName(name), key: own.privateKey };
  const constraint = extension("2.5.29.19", sequence(boolean(true)));
  return {
    certificate: signed(issuer.name, createPublicKey(own.publicKey.export({ type: "spki", format: "pem" })), issuer, [
      constraint,
    ]),
    issue(subject, { altNames = [], organization } = {}) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const extensions = altNames.length === 0 ? [] : [extension("2.5.29.17", sequence(...altNames.map(altName)))];
      return {
        certificate: signed(distinguishedName(subject, organization), publicKey, issuer, extensions),
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

interface Issuer {
  readonly name: Buffer;
  readonly key: KeyObject;
}

/** X.509 version 3, signed with ECDSA and SHA-256, good from yesterday for ten days (RFC 5280, section 4.1). */
function signed(subject: Buffer, publicKey: KeyObject, issuer: Issuer, extensions: readonly Buffer[]): string {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const day = 24 * 60 * 60 * 1000;
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    issuer.name,
    sequence(time(Date.now() - day), time(Date.now() + 9 * day)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length === 0 ? [] : [tagged(0xa3, sequence(...extensions))]),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", toSign, issuer.key)]));
  const lines =
    sequence(toSign, algorithm, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(commonName: string, organization?: string): Buffer {
  const attribute = (type: string, value: string): Buffer =>
    tagged(0x31, sequence(oid(type), tagged(0x0c, Buffer.from(value))));
  return sequence(
    ...(organization === undefined ? [] : [attribute("2.5.4.10", organization)]),
    attribute("2.5.4.3", commonName),
  );
}

function altName(name: string): Buffer {
  if (isIPv4(name)) return tagged(0x87, Buffer.from(name.split(".").map(Number)));
  if (isIPv6(name)) {
    if (name !== "::1") throw new Error("of IPv6 only ::1 is known here");
    return tagged(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])]));
  }
  return tagged(0x82, Buffer.from(name));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tagged(0x04, value));
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\.\d+|[-:T]/g, "");
  return tagged(0x17, Buffer.from(digits.slice(2)));
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

/** A value with its tag and length, in DER. */
function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), value]);
}
