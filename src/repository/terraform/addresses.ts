/** An address of Terraform without the keys of its instances: `module.a["k"].helm_release.b[0]` is `module.a.helm_release.b`. */
export function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]/g, "");
}

/** Names of the modules that an address without keys leads through, the outermost first. */
export function moduleNames(address: string): readonly string[] {
  return [...address.matchAll(/module\.([^.]+)(?:\.|$)/gy)].map(([, name = ""]) => name);
}
