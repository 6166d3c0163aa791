import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process as /proc shows it. */
export interface RecordedProcess {
  readonly pid: number;
  /** Default `task`. */
  readonly name?: string;
  /** Default `S`. */
  readonly state?: string;
  /** Default 1. */
  readonly parent?: number;
  /** Default 100 times the pid. */
  readonly startTicks?: number;
  /** Lines of `cgroup`. Default: the root of v2. */
  readonly cgroup?: string;
  /** The inode of its network namespace; `null`: it has none any more. Default: that of the host. */
  readonly network?: number | null;
  /** Inodes of the sockets that it holds open, beside `/dev/null` and a pipe. */
  readonly sockets?: readonly number[];
  /** Its other threads; the leader is always listed. */
  readonly threads?: readonly RecordedProcess[];
}

/** A row of a table below /proc/net. */
export interface RecordedSocket {
  /** As the kernel prints it. */
  readonly address: string;
  readonly port: number;
  readonly inode: number;
  /** Default `0A` for TCP, `07` for UDP. */
  readonly state?: string;
  /** Default 0. */
  readonly peerPort?: number;
}

export type RecordedTables = Readonly<
  Partial<Record<"tcp" | "tcp6" | "udp" | "udp6", readonly RecordedSocket[] | string>>
>;

export interface RecordedNode {
  readonly processes: readonly RecordedProcess[];
  /** Tables by the inode of the namespace. What is missing is an empty table. */
  readonly networks?: Readonly<Record<number, RecordedTables>>;
  /** Default `v2`. */
  readonly cgroups?: "v1" | "v2" | "hybrid";
}

export const hostNetwork = 4026531840;
export const bootId = "0986adb4-4b77-49f9-9c16-1180085b8204";

/** Writes what is read of a node below a new folder; the caller removes it with `removeTree`. */
export function procTree(node: RecordedNode): string {
  const root = mkdtempSync(join(tmpdir(), "holdfast-proc-"));
  write(root, "proc/sys/kernel/random/boot_id", `${bootId}\n`);
  write(root, "proc/stat", "cpu  1 2 3\nbtime 1795643825\nprocesses 9\n");
  for (const file of layouts[node.cgroups ?? "v2"]) write(root, `sys/fs/cgroup/${file}`, "");
  const networks: NonNullable<RecordedNode["networks"]> = { [hostNetwork]: {}, ...node.networks };
  for (const [network, tables] of Object.entries(networks)) {
    for (const table of ["tcp", "tcp6", "udp", "udp6"] as const) {
      const given = tables[table] ?? [];
      write(root, `networks/${network}/${table}`, typeof given === "string" ? given : tableText(table, given));
    }
  }
  for (const process of node.processes) writeProcess(root, process);
  mkdirSync(join(root, "proc/self/ns"), { recursive: true });
  for (const link of ["cgroup", "pid"] as const) symlinkSync(namespaceLinks[link], join(root, "proc/self/ns", link));
  return root;
}

/** Writes one process, in the place of another of that pid. */
export function writeProcess(root: string, process: RecordedProcess): void {
  const folder = `proc/${process.pid}`;
  rmSync(join(root, folder), { recursive: true, force: true });
  writeTask(root, folder, process);
  writeTask(root, `${folder}/task/${process.pid}`, process);
  for (const thread of process.threads ?? []) writeTask(root, `${folder}/task/${thread.pid}`, thread);
}

export function removeTree(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

/** The text of a table below /proc/net, as the kernel prints it. */
export function tableText(table: keyof RecordedTables, sockets: readonly RecordedSocket[]): string {
  const noPeer = "0".repeat(table.endsWith("6") ? 32 : 8);
  const rows = sockets.map(({ address, port, inode, state, peerPort = 0 }, at) => {
    const parts = [
      `${at}:`.padStart(5),
      `${address}:${hex(port)}`,
      `${noPeer}:${hex(peerPort)}`,
      state ?? (table.startsWith("tcp") ? "0A" : "07"),
      "00000000:00000000 00:00000000 00000000     0        0",
      `${inode} 2 0000000000000000 100 0 0 10 0`,
    ];
    return `${parts.join(" ").padEnd(149)}\n`;
  });
  return `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${rows.join("")}`;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

const layouts = {
  v1: ["memory/cgroup.procs"],
  v2: ["cgroup.controllers"],
  hybrid: ["memory/cgroup.procs", "unified/cgroup.controllers"],
};

const namespaceLinks = { cgroup: "cgroup:[4026531835]", pid: "pid:[4026531836]" };

function writeTask(root: string, folder: string, task: RecordedProcess): void {
  const { pid, name = "task", state = "S", parent = 1, startTicks = 100 * pid } = task;
  const { cgroup = "0::/\n", network = hostNetwork, sockets = [] } = task;
  const counts = "0 -1 4194560 3015 98 1 0 5 12 0 0 20 0 1 0";
  const stat = `${pid} (${name}) ${state} ${parent} ${pid} ${pid} ${counts} ${startTicks} 9138176 1163 0\n`;
  write(root, `${folder}/stat`, stat);
  write(root, `${folder}/cgroup`, cgroup);
  mkdirSync(join(root, folder, "fd"));
  mkdirSync(join(root, folder, "ns"));
  const targets = ["/dev/null", "pipe:[17]", ...sockets.map((inode) => `socket:[${inode}]`)];
  if (network === null) return;
  for (const [fd, target] of targets.entries()) symlinkSync(target, join(root, folder, "fd", `${fd}`));
  const links = { ...namespaceLinks, net: `net:[${network}]` };
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(root, folder, "ns", link));
  symlinkSync(join(root, "networks", `${network}`), join(root, folder, "net"));
}

function write(root: string, path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}
