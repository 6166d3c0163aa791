import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isKnown } from "../../src/model/told.ts";
import { sendErrand } from "../../src/outside/kernel/errands/send-errand.ts";
import { podCgroups, unifiedMount, type PodCgroups, type Program } from "../builders/pod-cgroups.ts";

/**
 * Asks who is connected to whom among real processes, as root in a pid namespace of its own. Argument: the root that is
 * asked below; what was told is printed as JSON, with processes by their role.
 */
const [root = "/"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "holdfast-connections-"));
const leftover = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
const living = "a5ea884f-9e60-4912-bd62-fef9a31db47a";
const id = "0123456789abcdef".repeat(4);

/** Each word does one thing, and all of it stays as it is until the program ends. */
const python = `
import socket, sys, time, threading
role, words = sys.argv[1], sys.argv[2:]
kept = []
def accept(listener):
    while True: kept.append(listener.accept())
def listen(family, address):
    listener = socket.socket(family); kept.append(listener)
    listener.bind(address); listener.listen()
    threading.Thread(target=accept, args=(listener,), daemon=True).start()
def connect(family, address):
    client = socket.socket(family); kept.append(client); client.connect(address)
for word in words:
    what, _, where = word.partition("=")
    if what == "listen-unix": listen(socket.AF_UNIX, where)
    if what == "connect-unix": connect(socket.AF_UNIX, where)
    if what == "listen-tcp": listen(socket.AF_INET, ("127.0.0.1", int(where)))
    if what == "connect-tcp": connect(socket.AF_INET, ("127.0.0.1", int(where)))
    if what == "send-away": # a connection that is in no process: it was sent to one that takes nothing
        client = socket.create_connection(("127.0.0.1", int(where)))
        pair = socket.socketpair(); kept.extend(pair)
        socket.send_fds(pair[0], [b"x"], [client.fileno()]); client.close()
    if what == "name":
        named = socket.socket(socket.AF_UNIX); kept.append(named)
        named.bind(chr(0) + where.replace("|", chr(10))); named.listen()
    if what == "open": kept.append(open(where, "rb+", buffering=0))
open("${folder}/ready-" + role, "w").close()
time.sleep(600)`;

const roles = new Map<number, string>();

async function run(
  cgroups: PodCgroups,
  path: string,
  role: string,
  words: readonly string[],
  by: readonly string[] = [],
): Promise<Program> {
  const command = [...by, "/usr/bin/python3", "-c", python, role, ...words].map(quoted).join(" ");
  const program = await cgroups.run(path, `exec ${command}`);
  roles.set(program.id.pid, role);
  for (let tries = 0; tries < 500 && !existsSync(join(folder, `ready-${role}`)); tries += 1) await sleep(20);
  if (!existsSync(join(folder, `ready-${role}`))) throw new Error(`${role} did not begin`);
  return program;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

const roleOf = (pid: number): string => roles.get(pid) ?? "nobody of these";

await using cgroups = podCgroups(unifiedMount ?? "");
const [old, pod, service] = [`kubepods/pod${leftover}/${id}`, `kubepods/pod${living}/${id}`, "system"];
for (const path of [old, pod, service]) cgroups.make(path);
const [runtime, csi, other] = ["runtime", "csi", "other"].map((name) => join(folder, `${name}.sock`));
const [port, otherPort] = [29_652, 29_653];

try {
  await run(cgroups, service, "runtime", [`listen-unix=${runtime}`, "listen-tcp=29654"]);
  await run(cgroups, service, "kubelet", [`connect-unix=${runtime}`, "listen-tcp=10250"]);
  await run(cgroups, service, "second-kubelet", [`connect-unix=${runtime}`, "listen-tcp=10350"]);
  await run(cgroups, service, "crictl", [`connect-unix=${runtime}`]);
  await run(cgroups, service, "far-kubelet", [`connect-unix=${runtime}`, "listen-tcp=10250"], ["unshare", "--net"]);
  await run(cgroups, service, "far-client", [`connect-unix=${runtime}`], ["unshare", "--net"]);
  await run(cgroups, service, "far-other", ["listen-tcp=10250"], ["unshare", "--net"]);
  // Names that would be rows of ss, as far as they go.
  const forged = ["x", "u_str ESTAB 0 0 * 1 * 2", `u_str ESTAB 0 0 ${runtime}`].join("|");
  await run(cgroups, pod, "forger", [`name=a 3 * 4`, `name=${forged}`]);
  await run(cgroups, pod, "agent", [`connect-unix=${runtime}`, "listen-tcp=29655"]);
  await run(cgroups, service, "another-kubelet", [`listen-unix=${other}`, `connect-unix=${other}`, "listen-tcp=10351"]);

  const plugin = await run(cgroups, old, "plugin", [
    `listen-unix=${csi}`,
    `listen-tcp=${port}`,
    ...(existsSync("/dev/fuse") ? ["open=/dev/fuse"] : []),
  ]);
  const sidecar = await run(cgroups, old, "sidecar", [`connect-unix=${csi}`, `connect-tcp=${port}`]);
  await run(cgroups, pod, "registrar", [`connect-unix=${csi}`, `listen-tcp=${otherPort}`]);
  await run(cgroups, pod, "far-registrar", [`connect-unix=${csi}`], ["unshare", "--net"]);
  await run(cgroups, pod, "client", [`connect-tcp=${port}`]);
  await run(cgroups, service, "nobody", [`send-away=${port}`]);
  await run(cgroups, service, "probe", [`connect-tcp=${port}`, `connect-unix=${csi}`]);
  const outgoing = await run(cgroups, old, "outgoing", [`connect-tcp=${otherPort}`]);

  const peers = await sendErrand({ kind: "peers", root, socket: runtime ?? "", asker: process.pid });
  const processes = [plugin, sidecar, outgoing].map((program) => program.id);
  const serving = await sendErrand({ kind: "serving", root, uid: leftover, processes });
  const told = {
    peers: isKnown(peers)
      ? isKnown(peers.known) && {
          runtime: roleOf(peers.known.known.runtime.pid),
          clients: peers.known.known.clients.map(({ pid }) => roleOf(pid)).toSorted(),
          kubelets: peers.known.known.kubelets.map(({ pid }) => roleOf(pid)).toSorted(),
        }
      : peers.unknown,
    serving:
      isKnown(serving) && isKnown(serving.known)
        ? serving.known.known
            .map(({ pid, by, peerPod, text }) => `${roleOf(pid)} ${by} ${peerPod ?? "-"}: ${text}`)
            .map((line) =>
              line
                .replaceAll(/pid (\d+)/g, (_, of: string) => roleOf(Number(of)))
                .replaceAll(folder, "FOLDER")
                .replace(/127\.0\.0\.1:\d+/, "127.0.0.1:CLIENT"),
            )
            .toSorted()
        : serving,
  };
  console.log(JSON.stringify(told));
} finally {
  rmSync(folder, { recursive: true });
}
