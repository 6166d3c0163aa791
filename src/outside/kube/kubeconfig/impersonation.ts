import type { User } from "./schema.ts";

/**
 * The headers that make a request somebody else's [client-go v0.36.3, transport/round_trippers.go]. The official
 * JavaScript client sends the user alone, and so asks with other rights than the kubeconfig says.
 */
export function impersonation(user: User): Record<string, string | readonly string[]> {
  if (user.as === undefined) return {};
  const extra = Object.entries(user["as-user-extra"] ?? {});
  return {
    "impersonate-user": user.as,
    ...(user["as-uid"] === undefined ? {} : { "impersonate-uid": user["as-uid"] }),
    ...(user["as-groups"] === undefined || user["as-groups"].length === 0
      ? {}
      : { "impersonate-group": user["as-groups"] }),
    ...Object.fromEntries(extra.map(([key, values]) => [`impersonate-extra-${encodeURIComponent(key)}`, values])),
  };
}
