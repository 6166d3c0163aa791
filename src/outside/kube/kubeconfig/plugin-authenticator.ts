import type { RequestOptions } from "node:https";
import type { Authenticator } from "@kubernetes/client-node/dist/auth.js";
import { CredentialsFailure } from "../connection.ts";
import { runPlugin } from "./exec-plugin.ts";
import type { PluginCredential, PluginRun } from "./exec-plugin.ts";

/**
 * Runs the plugin once for as long as its credential is good, in the place of the official client's own way. Requests
 * that need it at the same time wait for one run, which ends when the last of them is given up.
 */
export class PluginAuthenticator implements Authenticator {
  readonly name = "credential-plugin";
  readonly #run: PluginRun;
  readonly #now: () => number;
  #credential: PluginCredential | null = null;
  #running: Running | null = null;

  constructor(run: PluginRun, now: () => number) {
    this.#run = run;
    this.#now = now;
  }

  isAuthProvider(user: { readonly authProvider?: { readonly name?: string } }): boolean {
    return user.authProvider?.name === this.name;
  }

  async applyAuthentication(_user: unknown, options: RequestOptions): Promise<void> {
    const { token, certificate, key } = this.#good() ?? (await this.#wait(options.signal));
    if (certificate !== undefined && key !== undefined) {
      options.cert = certificate;
      options.key = key;
    }
    // The official client has made this object for it.
    if (token !== undefined) Object.assign(options.headers ?? {}, { Authorization: `Bearer ${token}` });
  }

  #good(): PluginCredential | null {
    const expires = this.#credential?.expires ?? null;
    return expires === null || expires > this.#now() ? this.#credential : null;
  }

  async #wait(signal: AbortSignal | undefined): Promise<PluginCredential> {
    const running = (this.#running ??= this.#start());
    running.waiting++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (--running.waiting === 0) running.giveUp();
        reject(new CredentialsFailure("the credential plugin was given up", "give it more time"));
      };
      signal?.addEventListener("abort", leave, { once: true });
      if (signal?.aborted === true) leave();
      running.credential.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
    });
  }

  #start(): Running {
    const control = new AbortController();
    const credential = runPlugin({ ...this.#run, signal: control.signal })
      .then((read) => (this.#credential = read))
      .finally(() => (this.#running = null));
    return { credential, waiting: 0, giveUp: () => control.abort() };
  }
}

interface Running {
  readonly credential: Promise<PluginCredential>;
  /** Requests that wait for it. */
  waiting: number;
  readonly giveUp: () => void;
}
