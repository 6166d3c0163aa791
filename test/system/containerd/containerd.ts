import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { writeImage } from "./image.ts";
import type { Settings, Version } from "./versions.ts";

/** A containerd of our own, with nothing of the machine's. */
export interface Containerd extends AsyncDisposable {
  readonly socket: string;
  /** Below the roots of the cgroup hierarchies; the pods of the tests go into it. */
  readonly cgroup: string;
  /** The process that started containerd, and is its parent. */
  readonly pid: number;
  /** Settles when containerd has ended, and all that it ran. */
  readonly ended: Promise<unknown>;
  /** Its own `ctr`, in the namespace of Kubernetes. */
  ctr(...args: string[]): Promise<string>;
}

/**
 * Starts one in namespaces of its own: its mounts and the processes of its containers end with it, whatever happens; what
 * is left then are cgroups and files. Needs root. `await using` stops it. `maxMessage`: bytes of the largest message that
 * it sends; default 16 MiB, as everywhere.
 */
export async function startContainerd(
  version: Version,
  { maxMessage = 16 * 1024 * 1024 }: { maxMessage?: number } = {},
): Promise<Containerd> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-containerd-"));
  const settings = settingsIn(folder, maxMessage);
  const programs = version.folder;
  const { socket } = settings;
  writePlugins(settings);
  writeFileSync(join(folder, "config.toml"), version.config(settings));
  const log = openSync(join(folder, "log"), "w");
  const daemon = spawn("setpriv", [...namespaces, join(programs, "containerd"), join(folder, "config.toml")], {
    stdio: ["ignore", log, log],
    env: { PATH: `${programs}:/usr/sbin:/usr/bin:/sbin:/bin` },
  });
  closeSync(log);
  const ended = once(daemon, "exit");
  const ctr = async (...args: string[]): Promise<string> => {
    const all = ["--address", socket, "--namespace", "k8s.io", ...args];
    return (await promisify(execFile)(join(programs, "ctr"), all)).stdout;
  };
  const stop = async (): Promise<void> => {
    daemon.kill("SIGKILL");
    await ended;
    await removeCgroups(basename(folder));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await retry(() => ctr("version"));
    await ctr("images", "import", ...version.importOptions, "--snapshotter", "native", writeImage(folder));
  } catch (error) {
    const said = readFileSync(join(folder, "log"), "utf8").slice(-4_000);
    await stop();
    throw new Error(`containerd did not start:\n${said}`, { cause: error });
  }
  return { socket, cgroup: `/${basename(folder)}`, pid: daemon.pid ?? 0, ended, ctr, [Symbol.asyncDispose]: stop };
}

/**
 * Arguments of `setpriv`, before a containerd and its config.toml: it dies with the tests, and everything in its
 * namespaces with it. Shims put their sockets below /run/containerd, wherever the state is, so /run is its own too.
 */
const namespaces = [
  "--pdeathsig=KILL unshare --mount --pid --fork --kill-child --mount-proc sh -c".split(" "),
  'mount -t tmpfs none /run && exec "$0" --config "$1"',
].flat();

function settingsIn(folder: string, maxMessage: number): Settings {
  const path = (name: string): string => join(folder, name);
  return {
    root: path("lib"),
    state: path("state"),
    socket: path("c.sock"),
    opt: path("opt"),
    plugins: path("cni"),
    networks: path("net.d"),
    maxMessage,
  };
}

/** A network that gives an address and makes nothing, in the place of CNI's plugins. */
function writePlugins({ plugins, networks }: Settings): void {
  for (const folder of [plugins, networks]) mkdirSync(folder);
  const added =
    '{"cniVersion":"1.0.0","interfaces":[{"name":"eth0"}],"ips":[{"address":"10.99.0.2/32","interface":0}]}';
  const known = '{"cniVersion":"1.0.0","supportedVersions":["0.3.1","0.4.0","1.0.0"]}';
  const plugin = `#!/bin/sh\ncase "$CNI_COMMAND" in\nADD) echo '${added}' ;;\nVERSION) echo '${known}' ;;\nesac\n`;
  for (const name of ["nothing", "loopback"]) {
    writeFileSync(join(plugins, name), plugin);
    chmodSync(join(plugins, name), 0o755);
  }
  const network = { cniVersion: "1.0.0", name: "nothing", plugins: [{ type: "nothing" }] };
  writeFileSync(join(networks, "10-nothing.conflist"), JSON.stringify(network));
}

/** The processes in them are dead, and take a moment to leave. */
function removeCgroups(name: string): Promise<void> {
  return retry(async () => {
    const folders = globSync([`/sys/fs/cgroup/${name}/**/`, `/sys/fs/cgroup/*/${name}/**/`]);
    for (const folder of folders.toSorted().toReversed()) rmdirSync(folder);
  });
}

/** Every 100 ms, for 15 s. */
async function retry(attempt: () => Promise<unknown>): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (count === 150) throw error;
      await sleep(100);
    }
  }
}
