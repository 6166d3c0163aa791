/**
 * Whether a path of /proc/PID/cgroup lies outside the cgroup namespace of whoever read it: it is then printed relative
 * to that namespace's root, with `/..` in front, and says nothing about the node's own paths.
 */
export function isOutsideNamespace(path: string): boolean {
  return /^\/?\.\.(?:\/|$)/.test(path);
}
