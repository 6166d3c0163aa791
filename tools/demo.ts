import { spawnSync } from "node:child_process";

/** What a user would type, after another, on the examples. Each has findings on purpose, and gives the exit code 1 for them. */
const steps = [
  {
    title: "What can move without a reviewed commit, by an infrastructure repository:",
    command: ["audit", "examples/homelab"],
  },
  {
    title: "One of these moved, at night. Who holds the port that the storage driver cannot bind?",
    command: ["ports", "29653", "--node", "cp", "--snapshot", "examples/incident/orphaned.snapshot"],
  },
  {
    title: "What lives on that node, and is not in the API?",
    command: ["node", "cp", "--snapshot", "examples/incident/orphaned.snapshot"],
  },
];

for (const { title, command } of steps) {
  process.stdout.write(`\n# ${title}\n$ holdfast ${command.join(" ")}\n\n`);
  const { status } = spawnSync(process.execPath, ["bin/holdfast.js", ...command], { stdio: "inherit" });
  if (status === 1) continue;
  process.stderr.write(`demo: holdfast ${command[0]} ended with ${status ?? "a signal"}, and 1 was expected\n`);
  process.exitCode = 2;
  break;
}
