import { Agent as PlainAgent } from "node:http";
import { Agent } from "node:https";
import { NoConnection } from "../connection.ts";
import type { Selected } from "./read.ts";
import type { Cluster } from "./schema.ts";

/** Keeps connections open between requests. `null` leaves it to the official client, which knows SOCKS. */
export function agentOf({ cluster }: Selected, server: URL): Agent | PlainAgent | null {
  const proxy = cluster.value["proxy-url"];
  const scheme = proxy === undefined ? "" : (URL.parse(proxy)?.protocol ?? "none");
  if (isSocks(cluster.value)) return null;
  if (!["", "http:", "https:"].includes(scheme))
    throw new NoConnection("KUBE006", `the proxy-url in ${cluster.path} is no http, https or socks5 URL`, "Mend it.");
  // Without the time limit a proxy that is silent would keep the process from ending.
  const through = proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy, HTTP_PROXY: proxy }, timeout: 10_000 };
  const options = { keepAlive: true, ...through };
  return server.protocol === "https:" ? new Agent(options) : new PlainAgent(options);
}

/** Whether the official client has to make the connection. */
export function isSocks({ "proxy-url": proxy = "" }: Cluster): boolean {
  return /^socks(?:4a?|5h?)?:/i.test(proxy);
}
