/** What became of a text with variables in it: `missing` are the names that nothing told. */
export interface Expanded {
  readonly text: string;
  readonly missing: readonly string[];
}

/**
 * A text with `$(NAME)` replaced, as the kubelet does for commands, arguments and variables: `$$` is a dollar, and a name
 * that is not there stays as it is [kubernetes v1.36.3, third_party/forked/golang/expansion/expand.go, Expand].
 */
export function expand(text: string, valueOf: (name: string) => string | null): Expanded {
  if (!text.includes("$")) return { text, missing: [] };
  const missing = new Set<string>();
  let result = "";
  let at = 0;
  for (;;) {
    const dollar = text.indexOf("$", at);
    // A dollar at the very end is no operator.
    if (dollar < 0 || dollar + 1 === text.length) break;
    result += text.slice(at, dollar);
    const next = text[dollar + 1];
    const close = next === "(" ? text.indexOf(")", dollar + 2) : -1;
    if (next === "$") {
      result += "$";
      at = dollar + 2;
    } else if (close < 0) {
      result += `$${next ?? ""}`;
      at = dollar + 2;
    } else {
      const name = text.slice(dollar + 2, close);
      const value = valueOf(name);
      if (value === null) missing.add(name);
      result += value ?? `$(${name})`;
      at = close + 1;
    }
    if (result.length > longest) break;
  }
  return { text: (result + text.slice(at)).slice(0, longest), missing: [...missing] };
}

/** A text with `$NAME` and `${NAME}` replaced, as a shell does where no quotes forbid it. Other forms stay. */
export function expandInShell(text: string, valueOf: (name: string) => string | null): Expanded {
  const missing = new Set<string>();
  const result = text.replace(shellVariable, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? "";
    const value = valueOf(name);
    if (value === null) missing.add(name);
    return value ?? whole;
  });
  return { text: result.slice(0, longest), missing: [...missing] };
}

const shellVariable = /\$(?:\{([A-Za-z_]\w{0,255})\}|([A-Za-z_]\w{0,255}))/g;

/** A variable that holds another one twice, and so on, doubles with each step. */
const longest = 262_144;
