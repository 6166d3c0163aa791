import { connect, type TLSSocket } from "node:tls";
import { ExchangeFailure, failureOf } from "../http/exchange.ts";

/**
 * Opens TLS and sends nothing on it yet. `ca` has to have signed the certificate, for this address; `null`: whoever is there
 * is taken, because the caller knows who that is. Throws {@link ExchangeFailure}.
 */
export async function openTls(
  { address, port, ca }: { readonly address: string; readonly port: number; readonly ca: string | null },
  deadline: number,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { promise: opened, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const way = ca === null ? { rejectUnauthorized: false } : { ca };
  const socket = connect({ host: address, port, ...way }, () => resolve(socket));
  const giveUp = (): void => reject(new ExchangeFailure("it was given up", { way: "late" }));
  const timer = setTimeout(
    () => reject(new ExchangeFailure(`TLS was not open within ${deadline / 1000} s`, { way: "late", silent: true })),
    deadline,
  );
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp);
  // Also after it is open: whoever uses it hears of its errors by itself.
  socket.on("error", (error) => reject(failureOf(error)));
  socket.on("close", () => reject(new ExchangeFailure("the connection was cut", { way: "cut", again: true })));
  try {
    return await opened;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}
