/** A build of src/ in which one rule of safety is broken. */
export interface Mutant {
  readonly rule: string;
  /** Below src/. */
  readonly file: string;
  /** Has to be there exactly once: a mutant that fits no more fails loudly. */
  readonly find: string;
  readonly replace: string;
}

/** Without one line of the list of protections, or with a rule that never speaks. */
function silent(id: string, call: string): Mutant {
  return {
    rule: `protection ${id}`,
    file: "sweep/protections.ts",
    find: `protects: ${call} },`,
    replace: "protects: () => null },",
  };
}

function never(rule: string, file: string, find: string, replace: string): Mutant {
  return { rule, file, find, replace };
}

const premises = "sweep/premises.ts";
const protections = "sweep/protections.ts";
const ladder = "sweep/ladder.ts";
const confirm = "sweep/confirm.ts";
const memory = "sweep/memory.ts";
const disturbing = "sweep/disturbing.ts";
const standing = "ledger/standing.ts";
const scan = "sweep/scan.ts";
const judge = "sweep/judge.ts";

export const mutants: readonly Mutant[] = [
  never("protection self", protections, "pod.uid === policy.self ?", "pod.uid === undefined ?"),
  never("protection denied", protections, "policy.denied.has(namespace)", "policy.denied.has('')"),
  never(
    "protection not-named",
    protections,
    "named === null || named.has(pod.uid)",
    "named === null || named.size > 0",
  ),
  never("protection overdue-by-agent", protections, '"overdue" && !policy.overdue', '"dead" && !policy.overdue'),
  silent("one-claim", "oneClaim"),
  silent("same-in-c1", "sameInC1"),
  silent("kubelet-has-it", "kubeletHasIt"),
  silent("lives-in-own-record", "livesInOwnRecord"),
  silent("asked-by-name", "askedByName"),
  silent("given-its-grace", "givenItsGrace"),
  silent("too-young", "tooYoung"),
  silent("serving", "serving"),
  never(
    "protection quarantined",
    protections,
    "(attempts.get(uid) ?? 0) >= policy.attempts",
    "(attempts.get(uid) ?? 0) > 99",
  ),
  never(
    "P1 own sandbox ready",
    premises,
    'sandbox.state === "ready"))\n    return fails("the runtime has no',
    'sandbox.state !== null))\n    return fails("the runtime has no',
  ),
  never("P1 own pod in the API", premises, 'pod.standing === "running" ? holds', "pod.standing !== null ? holds"),
  never(
    "P2 Node of this name",
    premises,
    'if (node === null) return fails("the API server has no node of this name");',
    'if (node === null) return holds("");',
  ),
  never("P2 the pinned cluster", premises, "pins.clusterUid !== clusterUid", "pins.clusterUid === ''"),
  never(
    "P2 boot",
    premises,
    "node.bootId !== kernel.known.bootId || machine.known.bootId !== kernel.known.bootId",
    "node.bootId === ''",
  ),
  never("P2 machine", premises, "node.machineId !== machine.known.machineId)", "node.machineId === '')"),
  never("P3 one kubelet", premises, "others.length > 0", "others.length > 9"),
  never(
    "P3 a kubelet",
    premises,
    'return fails("no kubelet is connected to the runtime");',
    'return holds("no kubelet is connected to the runtime");',
  ),
  never("P3 uptime of both", premises, "Math.min(kubelet.ageSeconds, runtime.ageSeconds)", "Number.POSITIVE_INFINITY"),
  never("P3 uptime of the runtime", premises, "Math.min(kubelet.ageSeconds, runtime.ageSeconds)", "kubelet.ageSeconds"),
  never("P4 lists that went back", memory, "if (back !== undefined)", "if (back === null)"),
  never("P4 own write", memory, 'ownWrite === "lost"', 'ownWrite === "none"'),
  never("P4 stands", memory, "if (wentBack !== null) return wentBack;", ""),
  never("P5 the brake", "ledger/brake.ts", "if (orphans === 0) return null;", "if (orphans >= 0) return null;"),
  never("P5 the brake's share", "ledger/brake.ts", "const leastKnown = 0.8;", "const leastKnown = 0;"),
  never("P6 orphans", premises, "terminating(ofNoConfig) < orphans)", "terminating(ofNoConfig) < 0)"),
  never("P6 overdue", premises, "terminating(ofAnyConfig) < orphans + overdue)", "terminating(ofAnyConfig) < orphans)"),
  never(
    "P6 the kubelet answers",
    premises,
    "if (!isKnown(word.kubelet)) return untold(word.kubelet.unknown);",
    "if (!isKnown(word.kubelet)) return notAsked;",
  ),
  never(
    "an untold premise",
    "sweep/cycle.ts",
    'premises.some(({ state }) => state !== "holds")',
    'premises.some(({ state }) => state === "fails")',
  ),
  never("standing: static", standing, 'source === "file" || source === "http"', 'source === "http"'),
  never("standing: by a claim", standing, "if (byClaim && (", "if (byClaim && false && ("),
  never("standing: foreign", standing, "[foreign, parsed, everySourceTold", "[parsed, everySourceTold"),
  never("standing: recorded", standing, "everySourceTold, recorded, oneUid", "everySourceTold, oneUid"),
  never("standing: oneUid", standing, "recorded, oneUid, dead", "recorded, dead"),
  never("standing: dead", standing, "oneUid, dead, olderThanTheLists]", "oneUid, olderThanTheLists]"),
  never("standing: olderThanTheLists", standing, "dead, olderThanTheLists]", "dead]"),
  never(
    "standing: asked once more",
    standing,
    "if (pod === null) return observed(inList",
    "if (pod !== undefined) return observed(inList",
  ),
  never(
    "standing: only in the list before",
    standing,
    "if (first !== null) return observed(onlyBefore(context), first);",
    "",
  ),
  never(
    "order: the list after is the one before",
    scan,
    'const after = yield* ask({ kind: "pods" });',
    "const after = before;",
  ),
  never("order: no C1", scan, 'const again = yield* ask({ kind: "runtime" });', "const again = told;"),
  never("own records of the same boot", scan, ".filter((target) => target.bootId === bootId)", ""),
  never("confirmations", judge, "Math.max(0, asked - confirmations)", "0"),
  never("grace: unseen", judge, "grace?.unseen ?? 0", "0"),
  never("grace: listed", judge, "graces.get(uid) ?? grace?.unseen", "grace?.unseen"),
  never(
    "grace: of its containers",
    judge,
    "containers.map(({ graceSeconds }) => graceSeconds ?? 0)",
    "containers.map(() => 0)",
  ),
  never("grace: margin", judge, "had + grace.margin", "had"),
  never("grace: the largest", memory, "Math.max(deletion.graceSeconds, graces.get(uid) ?? 0)", "deletion.graceSeconds"),
  never(
    "grace: written down",
    "sweep/cycle.ts",
    'yield* ask({ kind: "record", event: { event: "graced", uid, seconds } });',
    "",
  ),
  never("grace: known after a restart", "sweep/resume.ts", "Math.max(event.seconds, graces.get(event.uid) ?? 0)", "0"),
  never(
    "grace: of a stop, as listed",
    "sweep/grace.ts",
    "return Math.max(graceSeconds ?? defaultGrace, listed);",
    "return graceSeconds ?? defaultGrace;",
  ),
  never("grace: nothing ends it before", ladder, "if (end <= now) return;", "if (end > 0) return;"),
  never(
    "grace: of a stop that nobody answered",
    ladder,
    'if (climber.said?.said === "silent")',
    'if (climber.said?.said === ("" as string))',
  ),
  never("grace: by the kubelet's word of this container", "sweep/killing.ts", ".filter((at) => at >= made)", ""),
  never(
    "absence: ended by a sighting by name",
    judge,
    'each.kind === "get" && each.uid === uid',
    "each.kind === ('' as string)",
  ),
  never("absence: ended by a sighting", judge, "!listed.has(uid) && (there", "(there"),
  never(
    "absence: kept where the kernel was not read",
    judge,
    "!isKnown(first) || !isKnown(kernel) ||",
    "!isKnown(first) ||",
  ),
  never("absence: of an orphan only", judge, "before?.kind === kind ? before : undefined", "before"),
  never(
    "absence: memory of a confirmation",
    ladder,
    '  climber.memory = confirmed.memory;\n  if ("reason" in confirmed) return aborted(confirmed.reason);',
    '  if ("reason" in confirmed) return aborted(confirmed.reason);\n  climber.memory = confirmed.memory;',
  ),
  never("confirm: premises", confirm, "if (doubt !== undefined)", "if (doubt === null)"),
  never("confirm: protections", confirm, 'if (verdict.is === "protected")', 'if (verdict.is === ("" as string))'),
  never("differs: boot", confirm, "was.bootId !== is.bootId", "was.bootId === ''"),
  never("differs: kind", confirm, "was.kind !== is.kind", "was.kind === undefined"),
  never("differs: sandbox", confirm, "before.get(id) !== createdAt)) return", 'before.get(id) === ""))  return'),
  never(
    "differs: container",
    confirm,
    "containers.get(id) !== createdAt))\n    return",
    'containers.get(id) === ""))\n    return',
  ),
  never("differs: cgroup", confirm, "!folders.has(`${hierarchy} ${path}`)", "folders.has(`${hierarchy}`)"),
  never("differs: processes", confirm, "if (!is.processes.some(", "if (is.processes.length < 0 && !is.processes.some("),
  never("pause", ladder, "if (pause.known) return paused;", ""),
  never("pause: not told", ladder, "if (!isKnown(pause)) return pause.unknown;", "if (!isKnown(pause)) return null;"),
  never(
    "the API again, as the last",
    ladder,
    'return pod === null || pod.uid !== uid ? null : changed("the API has it again");',
    "return null;",
  ),
  never("the node's lock is taken", ladder, '["lock", "lease"] as const', '["lease"] as const'),
  never("the lease is asked for again", ladder, 'if (kind === "lock" && climber', "if (climber"),
  never(
    "the record is not taken in a pause",
    ladder,
    "if (records.length > 0 && (yield* lastQuestions(climber.target)) !== null) return false;",
    "",
  ),
  never("the cluster's lease is taken", ladder, '["lock", "lease"] as const', '["lock"] as const'),
  never("lease and lock", ladder, "if (taken.known !== null)", "if (taken.known === '')"),
  never(
    "consent",
    ladder,
    'if (!(yield* ask({ kind: "consent", to: { do: "climb", rung, target: climber.target } })))',
    "if (climber.target.uid === '')",
  ),
  never("disturbing: never asked", ladder, "if (against !== null) return aborted(against);", ""),
  never("readmission", disturbing, "rejected.known.length === 0", "rejected.known.length < 99"),
  never(
    "readmission: not told",
    disturbing,
    "if (!isKnown(rejected)) return rejected.unknown;",
    "if (!isKnown(rejected)) return null;",
  ),
  never("kured is at a node", disturbing, "if (busy !== null) return busy;", ""),
  never(
    "kured: not told",
    disturbing,
    "if (!isKnown(rebooter)) return rebooter.unknown;",
    "if (!isKnown(rebooter)) return null;",
  ),
  never("kured would not see it", disturbing, "nobodyReboots : rebooter.known.deaf", "nobodyReboots : null"),
  never(
    "a kubelet that is not back",
    ladder,
    'if (rung !== 0 && next?.is === "kubelet") return { is: "left", rung, cause, remains, next };',
    "",
  ),
  never("intent: not written", ladder, "if (!isKnown(intent)) return aborted(intent.unknown);", ""),
  never(
    "intent: for what ended by itself",
    ladder,
    "if (!climber.counted) return climber.remains !== null && isGone(climber.remains);",
    "",
  ),
  never("a dry run", ladder, 'if (policy.mode !== "enforce")', 'if (policy.mode === "report")'),
  never(
    "remove only when empty",
    ladder,
    "if (climber.remains === null || climber.remains.processes.length > 0) return false;\n  const",
    "if (climber.remains === null) return false;\n  const",
  ),
  never(
    "outcome by look",
    ladder,
    "if (remains !== null && isGone(remains)) return",
    "if (remains === null || isQuiet(remains)) return",
  ),
  never(
    "target: processes of before",
    confirm,
    "processes: [...is.processes, ...was.processes.filter((each) => !there.has(processKey(each)))],",
    "",
  ),
  never("look: processes in another cgroup", "sweep/look.ts", "quiet: [], pids }", "quiet: [] }"),
  never("look: unreadable", "sweep/look.ts", " || kernel.known.unreadable > 0", ""),
  never(
    "look: sockets unread",
    "sweep/look.ts",
    "if (target.listeners.some(({ network }) => unread.has(network))) return null;",
    "",
  ),
  never(
    "target: listeners of before",
    "sweep/target-of.ts",
    "[...listeners, ...stillOpen(earlier, kernel.known, listeners)]",
    "listeners",
  ),
  never(
    "target: listeners between two scans",
    "sweep/cycle.ts",
    "ours.set(pod.uid, { ...before, listeners: target.listeners });",
    "",
  ),
  never(
    "target: sockets unread",
    "sweep/target-of.ts",
    "if (networks.some((network) => network !== null && unread.has(network))) return unknown(noSockets);",
    "",
  ),
];
