export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Registry logins by host (`docker.io` for Docker Hub) from the text of a Docker config file, the one that
 * `docker login` and `helm registry login` write. Only `auths` with a user and a password: helper programs
 * are not run and identity tokens are not used. A text that is no such file gives none.
 */
export function dockerConfigCredentials(text: string): Map<string, RegistryCredentials> {
  const credentials = new Map<string, RegistryCredentials>();
  for (const [key, entry] of entriesOf(entriesOf(parsed(text)).get("auths"))) {
    const login = loginOf(entriesOf(entry));
    const host = hostOf(key);
    if (login !== null && host !== "") credentials.set(host, login);
  }
  return credentials;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function entriesOf(value: unknown): Map<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}

function loginOf(entry: ReadonlyMap<string, unknown>): RegistryCredentials | null {
  const auth = entry.get("auth");
  const [username, password] =
    typeof auth === "string" && auth !== "" ? splitLogin(auth) : [entry.get("username"), entry.get("password")];
  if (typeof username !== "string" || typeof password !== "string" || username === "" || password === "") return null;
  return { username, password };
}

function splitLogin(auth: string): [username: string, password: string] {
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? ["", ""] : [text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, "")];
}
