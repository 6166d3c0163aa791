/** A signal that AppArmor did not let through. All but the time may have been chosen by whoever sent it: hostile. */
export interface SignalDenial {
  /** Seconds since 1970. */
  readonly at: number;
  /** The name of the process that sent it. */
  readonly comm: string;
  /** Whose rules refused it, and who is at the other end. */
  readonly profile: string;
  readonly peer: string;
  /** `receive`: the profile is of who was to get it; `send`: of who sent it. */
  readonly denied: string;
}

/**
 * The denials among the records of the kernel's log [linux, security/apparmor/ipc.c, audit_signal_cb]. Each has the time of the clock that
 * tells it [linux, kernel/audit.c, audit_log_start]; the log's own clock drifts from all others. Who is not the kernel writes records of
 * another facility [linux, Documentation/ABI/testing/dev-kmsg].
 */
export function signalDenials(log: readonly string[]): readonly SignalDenial[] {
  return log.flatMap((record) => {
    const [, at, words = ""] = denial.exec(record) ?? [];
    if (at === undefined) return [];
    const word = (key: string): string => new RegExp(` ${key}="([^"]{1,255})"`).exec(words)?.[1] ?? "";
    return [
      {
        at: Number(at),
        comm: word("comm"),
        profile: word("profile"),
        peer: word("peer"),
        denied: word("denied_mask"),
      },
    ];
  });
}

const denial =
  /^[0-7],\d+,\d+,[^;]*;audit: type=\d+ audit\((\d{1,12}\.\d{1,9}):\d+\): apparmor="DENIED" operation="signal"( .*)/;
