import { createServer } from "node:http";
import type { IncomingHttpHeaders, RequestListener, Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { ServerOptions } from "node:https";

/** A real HTTP server on loopback that remembers what it was asked. */
export interface HttpServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, with TLS `https://127.0.0.1:PORT` */
  readonly url: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Every request, as "METHOD path authorization" with `-` for none. */
  readonly seen: string[];
  readonly headers: IncomingHttpHeaders[];
  readonly server: Server;
}

/** Starts one on a free port, with TLS where its options are given; `await using` stops it. */
export async function httpServer(answer: RequestListener, tls?: ServerOptions): Promise<HttpServer> {
  const seen: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
    headers.push(request.headers);
    answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`,
    host: `127.0.0.1:${address.port}`,
    seen,
    headers,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
