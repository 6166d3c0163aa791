import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { builtPrograms } from "./built-programs.ts";

/** A real kube-apiserver with its etcd on loopback: no node, no controller. */
export interface KubeApiserver extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** PEM of its certificate, which it has signed itself. */
  readonly certificate: string;
  /** `http://127.0.0.1:PORT`, without authentication. */
  readonly etcd: string;
  /** Its files; gone when it has stopped. */
  readonly folder: string;
}

/** Starts one; `tokens` are who asks by token: "name" or "name,group". The token of `admin` may do everything. */
export async function kubeApiserver(tokens: Readonly<Record<string, string>>): Promise<KubeApiserver> {
  const programs = builtPrograms("kubernetes");
  const folder = mkdtempSync(join(tmpdir(), "holdfast-apiserver-"));
  const started: ChildProcess[] = [];
  const start = (name: string, options: readonly string[]): ChildProcess => {
    const log = openSync(join(folder, `${name}.log`), "w");
    const child = spawn(join(programs, name), options, { stdio: ["ignore", log, log] });
    started.push(child);
    return child;
  };
  const stop = async (): Promise<void> => {
    for (const child of started) child.kill("SIGKILL");
    await Promise.all(started.map(ended));
    rmSync(folder, { recursive: true });
  };
  try {
    const [port, client, peer] = await freePorts();
    const etcd = `http://127.0.0.1:${client}`;
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(join(folder, "sa.key"), privateKey.export({ type: "pkcs1", format: "pem" }));
    writeFileSync(join(folder, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
    const lines = Object.entries({ ...tokens, admin: "admin,system:masters" }).map(([token, who]) => {
      const [name, ...groups] = who.split(",");
      return `${token},${name},${name},"${groups.join(",")}"\n`;
    });
    writeFileSync(join(folder, "tokens.csv"), lines.join(""));
    start("etcd", [
      `--data-dir=${folder}/etcd`,
      "--unsafe-no-fsync",
      "--log-level=warn",
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
    ]);
    const apiserver = start("kube-apiserver", [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      `--cert-dir=${folder}/certificates`,
      "--service-cluster-ip-range=10.96.0.0/16",
      `--token-auth-file=${folder}/tokens.csv`,
      "--authorization-mode=RBAC",
      "--disable-admission-plugins=ServiceAccount",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${folder}/sa.pub`,
      `--service-account-signing-key-file=${folder}/sa.key`,
      // So that a list is cut by a compaction of etcd, and not served from the API server's memory.
      "--feature-gates=ListFromCacheSnapshot=false",
      // And a watch of Secrets.
      "--watch-cache-sizes=secrets#0",
    ]);
    const certificate = join(folder, "certificates", "apiserver.crt");
    await until(apiserver, folder, () => existsSync(certificate) && readFileSync(certificate, "utf8").includes("END"));
    return {
      url: `https://127.0.0.1:${port}`,
      certificate: readFileSync(certificate, "utf8"),
      etcd,
      folder,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function until(child: ChildProcess, folder: string, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, "kube-apiserver.log"), "utf8").slice(-2000));
    await sleep(50);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [first = 0, second = 0, third = 0] = ports;
  return [first, second, third];
}
