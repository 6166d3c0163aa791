/**
 * What is said of a reader that was not done in time. `task` is what it said it would read last, `silence` how long ago
 * that was, `deadline` the time that it had, both in milliseconds. One that did not get further for half of its time is
 * stuck: a process with 10,000 open files takes some 50 ms. Another one was slow, and there is no process to blame.
 */
export function lateness(task: string, silence: number, deadline: number): string {
  const how = silence > deadline / 2 ? "stuck" : "too slow, it was";
  return `${how} ${placeOf(task)} after ${deadline / 1000} s`;
}

function placeOf(task: string): string {
  const [, pid, thread] = /^(\d+)(?:\/task\/(\d+))?$/.exec(task) ?? [];
  if (pid === undefined) return "before the first process";
  return thread === undefined ? `at pid ${pid}` : `at pid ${pid}, thread ${thread}`;
}
