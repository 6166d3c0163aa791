/** What a registry asks for with status 401. */
export type Challenge =
  | { readonly scheme: "basic" }
  | {
      readonly scheme: "bearer";
      readonly realm: string;
      readonly service: string | null;
      readonly scope: string | null;
    };

/** Reads a WWW-Authenticate header; of several challenges the token one. `null`: none that is understood. */
export function parseChallenge(header: string | undefined): Challenge | null {
  if (header === undefined || header.length > 4096) return null;
  const challenges = new Map<string, Map<string, string>>();
  let parameters: Map<string, string> | undefined;
  part.lastIndex = 0;
  for (let at = 0; at < header.length; at = part.lastIndex) {
    const match = part.exec(header);
    if (match === null) return null;
    const { name, quoted, plain = "", scheme } = match.groups ?? {};
    if (scheme !== undefined) challenges.set(scheme.toLowerCase(), (parameters = new Map()));
    else if (name !== undefined) parameters?.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain);
  }
  const bearer = challenges.get("bearer");
  const realm = bearer?.get("realm");
  if (bearer !== undefined && realm !== undefined) {
    return { scheme: "bearer", realm, service: bearer.get("service") ?? null, scope: bearer.get("scope") ?? null };
  }
  return challenges.has("basic") ? { scheme: "basic" } : null;
}

const part =
  /[\s,]*(?:(?<name>[\w-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s",]+))|(?<scheme>[A-Za-z][\w-]*)(?=\s|,|$))[\s,]*/y;
