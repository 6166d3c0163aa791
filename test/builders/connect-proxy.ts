import { createServer } from "node:http";
import { connect, createServer as createSocketServer } from "node:net";
import type { Server, Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A real proxy on loopback that opens connections for others and remembers which. */
export interface ConnectProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Every connection, as "host:port authorization" with `-` for none. */
  readonly seen: string[];
}

/** Starts one on a free port; `refuses` answers with 407, `silent` with nothing. */
export async function connectProxy(manner: "opens" | "refuses" | "silent" = "opens"): Promise<ConnectProxy> {
  const seen: string[] = [];
  const server = createServer();
  server.on("connect", (request, socket) => {
    seen.push(`${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    if (manner === "silent") return;
    if (manner === "refuses") return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const [host = "", port] = (request.url ?? "").split(":");
    join(socket, host, Number(port), "HTTP/1.1 200 Connection established\r\n\r\n");
  });
  return listening(server, seen);
}

/** Starts one that speaks SOCKS 5, without authentication and for IPv4 addresses (RFC 1928). */
export async function socksProxy(): Promise<ConnectProxy> {
  const seen: string[] = [];
  const server = createSocketServer((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (request: Buffer) => {
        const host = [...request.subarray(4, 8)].join(".");
        const port = request.readUInt16BE(8);
        seen.push(`${host}:${port} -`);
        join(socket, host, port, Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
      });
    });
  });
  return listening(server, seen);
}

function join(socket: Socket | Duplex, host: string, port: number, answer: string | Buffer): void {
  const there = connect(port, host, () => {
    socket.write(answer);
    there.pipe(socket).pipe(there);
  });
  there.on("error", () => socket.destroy());
  socket.on("close", () => there.destroy());
}

async function listening(server: Server, seen: string[]): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the proxy has no address");
  return {
    host: `127.0.0.1:${address.port}`,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
