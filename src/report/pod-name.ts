/** `NAMESPACE/NAME`; of a pod whose name is not known its uid, or what is given instead. */
export function podName(
  { namespace, name, uid }: { readonly namespace: string | null; readonly name: string | null; readonly uid: string },
  nameless = uid,
): string {
  return name === null ? nameless : `${namespace}/${name}`;
}
