import type { ExchangeRequest } from "../http/exchange.ts";

/** How one API server is reached, and as whom. What is above it does not know where that was written. */
export interface Connection {
  /** `https://10.0.0.1:6443/prefix`: no user, no password, no query. */
  readonly server: URL;
  /**
   * What a request needs, read anew where that changes by itself (token files, plugins). `refused` are those that the
   * API server did not accept: they are not given again, unless reading anew gives the same. Throws
   * {@link CredentialsFailure}.
   */
  readonly credentials: (refused: Credentials | null, signal?: AbortSignal) => Promise<Credentials>;
}

export interface Credentials {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly connection: NonNullable<ExchangeRequest["connection"]>;
}

/** Why there are no credentials, a plain clause without anything secret; `supply` says what to do. */
export class CredentialsFailure extends Error {
  readonly supply: string;
  constructor(text: string, supply: string) {
    super(text);
    this.supply = supply;
  }
}

/** Why no connection can be made: an error of the command, with what to do about it. See docs/problems.md. */
export interface ConnectFailure {
  readonly code: "KUBE001" | "KUBE002" | "KUBE003" | "KUBE004" | "KUBE005" | "KUBE006" | "KUBE007";
  /** One plain clause with the path that it is about. */
  readonly what: string;
  /** A sentence with its full stop. */
  readonly advice: string;
}

/** Thrown while a connection is made; {@link connectKube} gives its `failure` back. */
export class NoConnection extends Error {
  readonly failure: ConnectFailure;
  constructor(code: ConnectFailure["code"], what: string, advice: string) {
    super(what);
    this.failure = { code, what, advice };
  }
}
