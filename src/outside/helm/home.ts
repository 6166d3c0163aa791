import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stoppingSignals } from "../stopping-signals.ts";

/**
 * A folder for this user alone, in which Helm has all that it keeps: nothing of the user's own Helm is read, no plugins, no
 * repositories, no credentials. It goes when it is closed, and when this process is asked to end.
 */
export class HelmHome {
  readonly folder: string = mkdtempSync(join(tmpdir(), "holdfast-helm-"));
  readonly #groups = new Set<number>();
  readonly #stop = (signal: NodeJS.Signals): void => {
    this.close();
    process.kill(process.pid, signal);
  };

  constructor() {
    for (const signal of stoppingSignals) process.on(signal, this.#stop);
    for (const name of ["home", "tmp", "plugins"]) mkdirSync(join(this.folder, name), { mode: 0o700 });
  }

  /** Writes a file there; gives its path. `name` is ours. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  /** What Helm gets to know of the world: where programs are, and this folder. */
  environment(more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const home = join(this.folder, "home");
    return {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      LC_ALL: "C",
      HOME: home,
      TMPDIR: join(this.folder, "tmp"),
      HELM_CACHE_HOME: join(home, "cache"),
      HELM_CONFIG_HOME: join(home, "config"),
      HELM_DATA_HOME: join(home, "data"),
      HELM_PLUGINS: join(this.folder, "plugins"),
      ...more,
    };
  }

  /** A process group that ends with this folder. */
  began(group: number): void {
    this.#groups.add(group);
  }

  ended(group: number): void {
    this.#groups.delete(group);
  }

  close(): void {
    for (const signal of stoppingSignals) process.off(signal, this.#stop);
    for (const group of this.#groups) endGroup(group);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Ends a process and all that it started. */
export function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended.
  }
}
