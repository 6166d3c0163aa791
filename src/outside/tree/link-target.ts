const maximumLinks = 10;

/**
 * Where the path of a link leads inside a tree: `""` is the tree's root. `null` where it leaves the tree, or takes more
 * than 10 links. Links on the way count too. `targets` holds what each link of the tree says, by path.
 */
export function linkTarget(path: string, targets: ReadonlyMap<string, string>): string | null {
  const ahead = path.split("/").toReversed();
  const passed: string[] = [];
  let links = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (passed.pop() === undefined) return null;
      continue;
    }
    const target = targets.get([...passed, part].join("/"));
    if (target === undefined) passed.push(part);
    else {
      links += 1;
      if (links > maximumLinks || target.startsWith("/")) return null;
      ahead.push(...target.split("/").toReversed());
    }
  }
  return passed.join("/");
}
