import type { ClaimSource, PortClaim } from "../../model/port-claim.ts";
import type { Confidence } from "../../model/finding.ts";
import type { Span } from "../../model/span.ts";

/** `127.0.0.1:29652`. */
export function addressText({ address, port }: PortClaim): string {
  if (address === "" || address === "*") return `port ${port}`;
  if (address === "node") return `port ${port} of the node's address`;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** `--http-endpoint of liveness-probe`. */
export function sourceText({ container }: PortClaim, [first]: PortClaim["sources"]): string {
  if (first === undefined) return `container ${container}`;
  const { from, name } = first;
  return `${wordFor(from)}${name} of ${first.container ?? "the pod"}`;
}

function wordFor(from: ClaimSource["from"]): string {
  switch (from) {
    case "observed":
      return "a listener that was seen, ";
    case "declared":
    case "defaulted":
      return "declared, ";
    case "image":
      return "the default of its image, ";
    default:
      return "";
  }
}

/** What was seen is observed; what the manifest makes of it follows. */
export function confidenceOf(claims: readonly PortClaim[]): Confidence {
  return claims.every(({ strength }) => strength === "observed") ? "observed" : "inferred";
}

export function placesOf(claims: readonly PortClaim[]): readonly Span[] {
  return claims.flatMap(({ sources }) => sources.flatMap(({ at }) => (at === null ? [] : [at])));
}
