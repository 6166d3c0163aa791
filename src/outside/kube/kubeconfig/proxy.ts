import { Agent as PlainAgent } from "node:http";
import { Agent } from "node:https";
import { NoConnection } from "../connection.ts";
import { environmentProxy } from "./environment-proxy.ts";
import type { KubeconfigPlace, Selected } from "./read.ts";

export interface Proxy {
  readonly url: string;
  /** The official client has to make the connection. */
  readonly isSocks: boolean;
}

/** The proxy of the cluster's `proxy-url`, else that of the environment; `null`: none. Throws {@link NoConnection}. */
export function proxyOf({ cluster }: Selected, server: URL, { environment }: KubeconfigPlace): Proxy | null {
  const own = cluster.value["proxy-url"];
  const url = own ?? environmentProxy(server, environment);
  if (url === null) return null;
  const scheme = URL.parse(url)?.protocol ?? "none";
  const isSocks = /^socks(?:4a?|5h?)?:$/i.test(scheme);
  if (isSocks || scheme === "http:" || scheme === "https:") return { url, isSocks };
  const which = own === undefined ? "proxy of HTTPS_PROXY or HTTP_PROXY" : `proxy-url in ${cluster.path}`;
  throw new NoConnection("KUBE006", `the ${which} is no http, https or socks5 URL`, "Mend it.");
}

/** Keeps connections open between requests. `null` leaves it to the official client, which knows SOCKS. */
export function agentOf(proxy: Proxy | null, server: URL): Agent | PlainAgent | null {
  if (proxy?.isSocks === true) return null;
  // Without the time limit a proxy that is silent would keep the process from ending.
  const through =
    proxy === null ? {} : { proxyEnv: { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url }, timeout: 10_000 };
  const options = { keepAlive: true, ...through };
  return server.protocol === "https:" ? new Agent(options) : new PlainAgent(options);
}
