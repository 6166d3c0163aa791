import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stateFolder } from "../../../test/builders/state-folder.ts";
import type { Said } from "../../model/node-actor.ts";
import { known, unknown } from "../../model/told.ts";
import { commandLine, type NodeCommand } from "./node-command.ts";
import { restartKubelet, type KubeletRestart } from "./restart-kubelet.ts";

const never = new AbortController().signal;

/** A restart with a shell in place of systemctl, at so many seconds after a boot. */
function restart(
  folder: string,
  { command = ["true"], seconds = 5000, bootId = "b1", ...rest }: Partial<KubeletRestart> & Facts = {},
): Promise<Said> {
  return restartKubelet(
    {
      root: "/",
      stateFolder: folder,
      command,
      now: () => new Date("2026-05-17T09:00:00Z"),
      clock: () => known({ bootId, seconds }),
      ...rest,
    },
    never,
  );
}

interface Facts {
  readonly seconds?: number;
  readonly bootId?: string;
}

const sh = (script: string): NodeCommand["argv"] => ["sh", "-c", script];
const inWords = (said: Said): string => {
  if (said.said === "done") return "done";
  if (said.said === "failed") return `failed: ${said.text}`;
  const { code, text, supply } = said.reason;
  return `${said.said} (${code}): ${text}${supply === undefined ? "" : ` (${supply})`}`;
};

describe("what came of the command", () => {
  test.each<[string, Partial<KubeletRestart>, string]>([
    ["it ended well", {}, "done"],
    [
      "it did not",
      { command: sh("echo 'Unit kubelet.service not found.' >&2; echo more >&2; exit 5") },
      "failed: sh -c echo 'Unit kubelet.service not found.' >&2; echo more >&2; exit 5: exit code 5: Unit kubelet.service not found.",
    ],
    ["it was killed", { command: sh("kill -9 $$") }, "failed: sh -c kill -9 $$: ended by SIGKILL"],
    [
      "it is not there",
      { command: ["no-such-program"] },
      "failed: no-such-program could not be started: there is none",
    ],
    ["it hangs", { command: ["sleep", "60"], deadline: 200 }, "silent (timed-out): sleep 60 did not end within 0.2 s"],
  ])("%s", async (_, facts, expected) => expect(inWords(await restart(stateFolder(), facts))).toBe(expected));

  test("it has the node's own environment, and nothing to read", async () => {
    const folder = stateFolder();
    const command = sh(`{ env | grep -v -e PWD -e SHLVL -e ^_ | sort; pwd; wc -c; } > ${join(folder, "seen")}`);
    expect(inWords(await restart(folder, { command }))).toBe("done");
    expect(readFileSync(join(folder, "seen"), "utf8").split("\n")).toEqual([
      "LC_ALL=C",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "/",
      "0",
      "",
    ]);
  });

  test("from a pod it runs in the namespaces of the node's first process, and no shell reads it", () => {
    expect([
      commandLine("/", ["systemctl", "restart", "k3s"]),
      commandLine("/proc/1/root", ["systemctl", "restart", "a b;c"]),
    ]).toEqual([
      ["systemctl", "restart", "k3s"],
      [..."nsenter --target 1 --mount --pid --uts --ipc --net --".split(" "), "systemctl", "restart", "a b;c"],
    ]);
  });
});

describe("once an hour", () => {
  const tooSoon = (again: string): string =>
    `refused (not-permitted): the kubelet was restarted less than an hour ago, and may be again at ${again}`;

  test.each<[string, Facts, string]>([
    ["at once", { seconds: 5000 }, tooSoon("2026-05-17T10:00:00Z, in 60 min")],
    ["a second too soon", { seconds: 8599 }, tooSoon("2026-05-17T09:00:01Z, in 1 min")],
    ["after an hour", { seconds: 8600 }, "done"],
    ["after a reboot", { seconds: 3599, bootId: "b2" }, tooSoon("2026-05-17T09:00:01Z, in 1 min")],
    ["an hour after a reboot", { seconds: 3600, bootId: "b2" }, "done"],
  ])("%s", async (_, later, expected) => {
    const folder = stateFolder();
    expect(inWords(await restart(folder))).toBe("done");
    expect(inWords(await restart(folder, later))).toBe(expected);
  });

  test("one that failed counts, since nobody knows what it did; one that was refused does not", async () => {
    const folder = stateFolder();
    expect((await restart(folder, { command: ["false"] })).said).toBe("failed");
    expect((await restart(folder, { seconds: 8599 })).said).toBe("refused");
    expect((await restart(folder, { seconds: 8600 })).said).toBe("done");
  });

  test("it is written down before it is done", async () => {
    const folder = stateFolder();
    const command = sh(`cat ${folder}/kubelet-restart.json > ${folder}/seen`);
    await restart(folder, { command });
    expect(JSON.parse(readFileSync(join(folder, "seen"), "utf8"))).toEqual({
      bootId: "b1",
      seconds: 5000,
      at: "2026-05-17T09:00:00.000Z",
    });
    expect(statSync(join(folder, "kubelet-restart.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(["kubelet-restart.json", "seen"]);
  });
});

describe("nothing is done where it could not be told whether it may be", () => {
  const marker = (folder: string): Partial<KubeletRestart> => ({ command: ["touch", join(folder, "done")] });
  const file = (folder: string): string => join(folder, "kubelet-restart.json");

  test.each<[string, (folder: string) => void, string]>([
    [
      "the file is no record",
      (folder) => writeFileSync(file(folder), "{}", { mode: 0o600 }),
      "refused (not-understood): FILE, which says when the kubelet was restarted last, is not understood (look at it, and remove it)",
    ],
    [
      "it is cut off",
      (folder) => writeFileSync(file(folder), '{"bootId":"b1","sec', { mode: 0o600 }),
      "refused (not-understood): FILE, which says when the kubelet was restarted last, is not understood (look at it, and remove it)",
    ],
    [
      "others may write it",
      (folder) => {
        writeFileSync(file(folder), '{"bootId":"b0","seconds":1,"at":""}');
        chmodSync(file(folder), 0o666);
      },
      "refused (file-unreadable): FILE could not be read: FILE may be written by others",
    ],
    [
      "it is a link",
      (folder) => symlinkSync("/dev/null", file(folder)),
      "refused (file-unreadable): FILE could not be read: FILE is a link, and none is followed",
    ],
    [
      "others may write into the folder",
      (folder) => chmodSync(folder, 0o777),
      "refused (file-unreadable): FILE could not be read: FOLDER may be written by others",
    ],
  ])("%s", async (_, spoil, expected) => {
    const folder = stateFolder();
    spoil(folder);
    const said = inWords(await restart(folder, marker(folder)));
    expect(said.replaceAll(file(folder), "FILE").replaceAll(folder, "FOLDER")).toBe(expected);
    expect(readdirSync(folder)).not.toContain("done");
  });

  test("the kernel does not say how long it is up", async () => {
    const folder = stateFolder();
    const clock = (): ReturnType<NonNullable<KubeletRestart["clock"]>> =>
      unknown({ code: "not-reached", text: "no /proc", at: [] });
    expect(inWords(await restart(folder, { ...marker(folder), clock }))).toBe("refused (not-reached): no /proc");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("it was stopped before", async () => {
    const folder = stateFolder();
    const now = (): Date => new Date();
    const said = await restartKubelet({ root: "/", stateFolder: folder, command: ["true"], now }, AbortSignal.abort());
    expect([inWords(said), readdirSync(folder)]).toEqual([
      "refused (not-permitted): it was stopped before it began",
      [],
    ]);
  });
});

test("the kernel's own clock is what it goes by", async () => {
  const folder = stateFolder();
  const now = (): Date => new Date();
  const once = { root: "/", stateFolder: folder, command: ["true"] as const, now };
  expect([(await restartKubelet(once, never)).said, (await restartKubelet(once, never)).said]).toEqual([
    "done",
    "refused",
  ]);
});
