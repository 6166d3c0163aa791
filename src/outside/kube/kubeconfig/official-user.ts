import type { Agent as PlainAgent } from "node:http";
import type { Agent, RequestOptions } from "node:https";
import { checkServerIdentity } from "node:tls";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Credentials } from "../connection.ts";
import { headerOf } from "./bearer.ts";
import { idToken } from "./id-token.ts";
import { impersonation } from "./impersonation.ts";
import { readBeside, readMaterial } from "./material.ts";
import type { Material } from "./material.ts";
import { PluginAuthenticator } from "./plugin-authenticator.ts";
import type { KubeconfigUser, Way } from "./plain-user.ts";
import { besideFile } from "./read.ts";
import type { KubeconfigPlace, Selected } from "./read.ts";
import type { Cluster } from "./schema.ts";

/**
 * The official client, made for one user as the kubeconfig has it now. It applies what plugins give, token files and SOCKS
 * proxies, with certificates and passwords. Of it only the module for configuration is imported: the whole package brings
 * generated classes for every kind. The constructor throws `NoConnection`.
 */
export class OfficialUser implements KubeconfigUser {
  readonly #config = new KubeConfig();
  readonly #plugin: PluginAuthenticator | null = null;
  readonly #server: URL;
  readonly #headers: Record<string, string | readonly string[]>;

  constructor(selected: Selected, way: Way, { environment }: KubeconfigPlace, now: () => number) {
    const { server } = way;
    const { cluster, user } = selected;
    this.#server = server;
    const material = readMaterial(selected);
    // As with client-go, no credentials go out in the clear [client-go v0.36.3, tools/clientcmd/client_config.go].
    const isSecure = server.protocol === "https:";
    this.#headers = impersonation(user.value);
    const { exec, token, tokenFile } = user.value;
    if (isSecure && exec !== undefined && token === undefined && tokenFile === undefined) {
      const command = exec.command.includes("/") ? besideFile(user, exec.command) : exec.command;
      const run = { plugin: exec, command, cluster: cluster.value, authority: material.authority, environment };
      this.#plugin = new PluginAuthenticator(run, now);
      this.#config.addAuthenticator(this.#plugin);
    }
    this.#config.loadFromOptions({
      clusters: [officialCluster(cluster.value, way, material)],
      users: [isSecure ? this.#officialUser(selected, material, now) : { name }],
      contexts: [{ name, cluster: name, user: name }],
      currentContext: name,
    });
  }

  async apply(agent: Agent | PlainAgent | null, signal: AbortSignal | undefined): Promise<Credentials> {
    const options: RequestOptions = signal === undefined ? {} : { signal };
    await this.#config.applyToHTTPSOptions(options);
    const { auth, ca, cert, key, rejectUnauthorized, servername } = options;
    const own = { auth, ca, cert, key, rejectUnauthorized, servername };
    const connection = agent === null ? { ...own, ...this.#throughSocks(options) } : { ...own, agent };
    return {
      headers: { ...this.#headers, ...authorization(options.headers) },
      connection: Object.fromEntries(Object.entries(connection).filter(([, value]) => value !== undefined)),
    };
  }

  /** The client's agent for SOCKS forgets which host it reaches where that is an IP address. */
  #throughSocks({ agent, servername }: RequestOptions): Credentials["connection"] {
    const host = servername ?? this.#server.hostname.replace(/^\[|\]$/g, "");
    return { agent, checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) };
  }

  #officialUser({ user }: Selected, { certificate, key }: Material, now: () => number): object {
    const { token, tokenFile, username, password, "auth-provider": provider } = user.value;
    const own = { name, certData: certificate, keyData: key, username, password: password ?? "" };
    if (this.#plugin !== null) return { ...own, authProvider: { name: this.#plugin.name } };
    if (tokenFile === undefined)
      return { ...own, token: token ?? (provider === undefined ? undefined : idToken(provider, user.path, now())) };
    // The client would look for `token-file`, a name that kubeconfigs do not have.
    readBeside(user, "tokenFile", tokenFile);
    return { ...own, authProvider: { name: "tokenFile", config: { tokenFile: besideFile(user, tokenFile) } } };
  }
}

const name = "holdfast";

function officialCluster(cluster: Cluster, { server, proxy }: Way, { authority }: Material): object {
  return {
    name,
    server: server.href,
    caData: authority,
    // For http the client asks for it, though there is no TLS to verify.
    skipTLSVerify: cluster["insecure-skip-tls-verify"] === true || server.protocol === "http:",
    tlsServerName: cluster["tls-server-name"],
    proxyUrl: proxy?.isSocks === true ? proxy.url : undefined,
  };
}

function authorization(headers: RequestOptions["headers"]): Record<string, string> {
  const value = headers !== undefined && "Authorization" in headers ? headers["Authorization"] : undefined;
  return typeof value === "string" ? { authorization: headerOf(value) } : {};
}
