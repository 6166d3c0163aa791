import { CredentialsFailure, NoConnection } from "../connection.ts";
import type { Connection, Credentials } from "../connection.ts";
import { isPlain, plainUser, type KubeconfigUser, type Way } from "./plain-user.ts";
import { agentOf, proxyOf, type Proxy } from "./proxy.ts";
import { selectContext } from "./read.ts";
import type { KubeconfigPlace, Selected } from "./read.ts";

/** The connection of a kubeconfig's context. */
export class KubeconfigConnection implements Connection {
  readonly server: URL;
  readonly #selected: Selected;
  readonly #place: KubeconfigPlace;
  readonly #now: () => number;
  readonly #proxy: Proxy | null;
  readonly #agent: ReturnType<typeof agentOf>;
  readonly #givenBy = new WeakMap<Credentials, Promise<KubeconfigUser>>();
  #user: Promise<KubeconfigUser>;

  private constructor(selected: Selected, place: KubeconfigPlace, now: () => number) {
    this.#selected = selected;
    this.#place = place;
    this.#now = now;
    this.server = serverOf(selected);
    this.#proxy = proxyOf(selected, this.server, place);
    this.#agent = agentOf(this.#proxy, this.server);
    this.#user = this.#read(selected);
  }

  /** Throws {@link NoConnection}. */
  static async open(selected: Selected, place: KubeconfigPlace, now: () => number): Promise<KubeconfigConnection> {
    const connection = new KubeconfigConnection(selected, place, now);
    await connection.#user;
    return connection;
  }

  async credentials(refused: Credentials | null, signal?: AbortSignal): Promise<Credentials> {
    try {
      // Another request may have been refused with the same ones, and have led to new ones already.
      if (refused !== null && this.#givenBy.get(refused) === this.#user) this.#readAgain();
      const user = this.#user;
      const given = await (await user).apply(this.#agent, signal);
      this.#givenBy.set(given, user);
      return given;
    } catch (error) {
      throw error instanceof CredentialsFailure
        ? error
        : new CredentialsFailure(plainText(error), "mend the kubeconfig");
    }
  }

  #readAgain(): void {
    const before = this.#user;
    this.#user = this.#read(this.#again());
    this.#user.catch(() => (this.#user = before));
  }

  async #read(selected: Selected): Promise<KubeconfigUser> {
    const way: Way = { server: this.server, proxy: this.#proxy };
    if (isPlain(selected, way)) return plainUser(selected, way, this.#now);
    const { OfficialUser } = await import("./official-user.ts");
    return new OfficialUser(selected, way, this.#place, this.#now);
  }

  /** The user may have been written anew by a login. The cluster stays what it was: one run asks one cluster. */
  #again(): Selected {
    const { context, cluster } = this.#selected;
    const user = selectContext({ ...this.#place, context })?.user;
    return { context, cluster, user: user ?? this.#selected.user };
  }
}

function serverOf({ cluster }: Selected): URL {
  const { server } = cluster.value;
  const url = URL.parse(server);
  const advice = "Write it as https://HOST:PORT.";
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new NoConnection("KUBE006", `the server of the cluster in ${cluster.path} is no http or https URL`, advice);
  if (url.username !== "" || url.password !== "" || url.search !== "")
    throw new NoConnection("KUBE006", `the server of the cluster in ${cluster.path} has a user or a query`, advice);
  return url;
}

function plainText(error: unknown): string {
  if (error instanceof NoConnection) return error.message;
  const code = error instanceof Error && "code" in error ? ` (${String(error.code).slice(0, 40)})` : "";
  return `the credentials of the kubeconfig's user could not be read${code}`;
}
