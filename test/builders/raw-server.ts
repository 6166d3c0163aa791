import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A unix socket behind which anything may be. */
export interface RawServer extends AsyncDisposable {
  readonly socket: string;
}

/** Starts one; `await using` stops it. */
export async function rawServer(serve: (socket: Socket) => void): Promise<RawServer> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-socket-"));
  const socket = join(folder, "raw.sock");
  const open = new Set<Socket>();
  const server = createServer((connection) => {
    open.add(connection);
    connection.on("error", () => {});
    serve(connection);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    async [Symbol.asyncDispose]() {
      for (const connection of open) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
