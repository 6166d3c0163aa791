import type { Random } from "./random.ts";

/** Names to use besides literals, instead of those of the fixture. */
export interface Names {
  readonly text: readonly string[];
  readonly number: readonly string[];
  readonly list: readonly string[];
  readonly mapping: readonly string[];
}

/**
 * Makes expressions that are mostly well typed, over the names of the fixture. One line each; `hole` is the chance that a
 * name stands for a variable without a value.
 */
export class Expressions {
  readonly #random: Random;
  readonly #holes: boolean;
  readonly #names: Names | undefined;
  #bound: string[] = [];
  #fresh = 0;

  constructor(random: Random, holes: boolean, names?: Names) {
    this.#random = random;
    this.#holes = holes;
    this.#names = names;
  }

  any(depth: number): string {
    return this.#choose([
      () => this.text(depth),
      () => this.text(depth),
      () => this.number(depth),
      () => this.bool(depth),
      () => this.list(depth),
      () => this.list(depth),
      () => this.mapping(depth),
      () => this.mapping(depth),
      () => "null",
    ]);
  }

  text(depth: number): string {
    if (depth <= 0) return this.#textLeaf();
    const d = depth - 1;
    return this.#choose([
      () => this.#textLeaf(),
      () => this.#template(d),
      () => this.#template(d),
      () =>
        `${this.#random.pick(["upper", "lower", "title", "trimspace", "chomp", "strrev", "base64encode", "sha256", "md5", "sha1", "urlencode", "basename", "dirname"])}(${this.text(d)})`,
      () => `${this.#random.pick(["trimprefix", "trimsuffix", "trim"])}(${this.text(d)}, ${this.text(d)})`,
      () => `substr(${this.text(d)}, ${this.#small()}, ${this.#random.pick(["-1", "0", "1", "2", "5"])})`,
      () =>
        `replace(${this.text(d)}, ${this.#random.pick(['"a"', '"-"', '"/[a-c]+/"', '"/(.)(\\\\d)/"', '""'])}, ${this.#random.pick(['"X"', '"<$1>"', '""'])})`,
      () => `join(${this.text(0)}, ${this.list(d)})`,
      () =>
        `join(${this.#random.pick(['","', '"\\n"', '"-"'])}, [${this.#random.several(1, 3, () => this.text(d)).join(", ")}])`,
      () => this.#format(d),
      () => `jsonencode(${this.any(d)})`,
      () => `yamlencode(${this.any(d)})`,
      () => `tostring(${this.#random.chance(0.5) ? this.number(d) : this.bool(d)})`,
      () => `coalesce(${this.#random.several(1, 3, () => this.text(d)).join(", ")})`,
      () => `try(${this.any(d)}.${this.#key()}, ${this.text(d)})`,
      () => `lookup(${this.mapping(d)}, ${this.text(0)}, ${this.text(d)})`,
      () => this.#conditional(() => this.text(d), d),
      () => `element(${this.list(d)}, ${this.#small()})`,
      () => `${this.list(d)}[${this.#small()}]`,
      () => `indent(${this.#random.below(4)}, ${this.text(d)})`,
      () => `nonsensitive(sensitive(${this.text(d)}))`,
      () => `base64decode(base64encode(${this.text(d)}))`,
      () =>
        `file(${this.#random.pick(['"dir/a.txt"', '"values.yaml"', '"./data.json"', this.#names === undefined ? '"${path.module}/dir/b.yaml"' : '"dir/b.yaml"'])})`,
      () => `templatefile("greeting.tftpl", { name = ${this.text(d)}, items = ${this.list(d)}, on = ${this.bool(d)} })`,
      () => `regex(${this.#random.pick(['"[a-z]+"', '"^v?(\\\\d+)"', '"\\\\w+$"'])}, ${this.text(d)})`,
      () => `one(${this.list(d)})`,
    ]);
  }

  number(depth: number): string {
    if (depth <= 0) return this.#numberLeaf();
    const d = depth - 1;
    return this.#choose([
      () => this.#numberLeaf(),
      () => `(${this.number(d)} ${this.#random.pick(["+", "-", "*", "+", "-", "/", "%"])} ${this.number(d)})`,
      () => `(${this.number(d)} ${this.#random.pick(["+", "-", "*"])} ${this.number(d)})`,
      () => `-${this.number(d)}`.replace(/^--/, ""),
      () => `${this.#random.pick(["abs", "ceil", "floor", "signum"])}(${this.number(d)})`,
      () => `${this.#random.pick(["max", "min"])}(${this.#random.several(1, 3, () => this.number(d)).join(", ")})`,
      () => `length(${this.any(d)})`,
      () => `length(${this.list(d)})`,
      () => `tonumber(${this.#random.pick(['"12"', '"1.50"', '"-3"', '"1e3"', this.text(0), this.number(0)])})`,
      () => `sum([${this.#random.several(1, 3, () => this.number(d)).join(", ")}])`,
      () => `index(${this.list(d)}, ${this.any(0)})`,
      () =>
        `parseint(${this.#random.pick(['"ff"', '"10"', '"-7"', '"zz"'])}, ${this.#random.pick(["10", "16", "36"])})`,
      () => `pow(${this.#small()}, ${this.#random.below(5)})`,
      () => this.#conditional(() => this.number(d), d),
    ]);
  }

  bool(depth: number): string {
    if (depth <= 0)
      return this.#random.pick(
        this.#names === undefined
          ? ["true", "false", "local.t", "local.obj.on", "!local.t", '"true"']
          : ["true", "false", '"true"'],
      );
    const d = depth - 1;
    return this.#choose([
      () => this.bool(0),
      () => `(${this.any(d)} ${this.#random.pick(["==", "!="])} ${this.any(d)})`,
      () => `(${this.text(d)} ${this.#random.pick(["==", "!="])} ${this.text(d)})`,
      () => `(${this.#name()} ${this.#random.pick(["==", "!="])} null)`,
      () => `(${this.number(d)} ${this.#random.pick(["<", ">", "<=", ">=", "=="])} ${this.number(d)})`,
      () => `(${this.bool(d)} ${this.#random.pick(["&&", "||"])} ${this.bool(d)})`,
      () => `!${this.bool(d)}`,
      () => `contains(${this.list(d)}, ${this.any(0)})`,
      () => `can(${this.any(d)}.${this.#key()})`,
      () => `can(${this.any(d)})`,
      () => `${this.#random.pick(["startswith", "endswith", "strcontains"])}(${this.text(d)}, ${this.text(0)})`,
      () =>
        `${this.#random.pick(["alltrue", "anytrue"])}([${this.#random.several(0, 3, () => this.bool(d)).join(", ")}])`,
      () => `tobool(${this.#random.pick(['"true"', '"false"', '"1"', '"yes"', this.bool(0)])})`,
      () => `fileexists(${this.#random.pick(['"dir/a.txt"', '"values.yaml"'])})`,
    ]);
  }

  list(depth: number): string {
    if (depth <= 0) return this.#listLeaf();
    const d = depth - 1;
    return this.#choose([
      () => this.#listLeaf(),
      () => `[${this.#random.several(0, 3, () => this.any(d)).join(", ")}]`,
      () => `[${this.#random.several(0, 4, () => this.text(d)).join(", ")}]`,
      () => this.#forList(d),
      () => this.#forList(d),
      () =>
        `${this.#names === undefined ? this.#random.pick(["local.objs", "var.list", this.list(d)]) : this.list(d)}[*].${this.#random.pick(["name", "n", "on"])}`,
      () => `${this.any(d)}[*]`,
      () => `concat(${this.#random.several(1, 3, () => this.list(d)).join(", ")})`,
      () =>
        `${this.#random.pick(["flatten", "distinct", "reverse", "compact", "sort", "tolist", "toset", "toset"])}(${this.list(d)})`,
      () => `${this.#random.pick(["keys", "values"])}(${this.mapping(d)})`,
      () => `slice(${this.list(d)}, ${this.#random.below(2)}, ${this.#random.below(3)})`,
      () => `split(${this.#random.pick(['","', '"."', '""', '"a"'])}, ${this.text(d)})`,
      () => `range(${this.#random.pick(["3", "0", "1, 4", "0, 6, 2", "5, 1", "0, 1, 0.3", "1, 0"])})`,
      () => `setproduct(${this.list(d)}, ${this.list(d)})`,
      () => `chunklist(${this.list(d)}, ${this.#random.below(3)})`,
      () => `coalescelist(${this.#random.several(1, 3, () => this.list(d)).join(", ")})`,
      () => `formatlist(${this.#random.pick(['"%s-x"', '"%v"', '"<%s>"'])}, ${this.list(d)})`,
      () => `${this.#random.pick(["setunion", "setintersection", "setsubtract"])}(${this.list(d)}, ${this.list(d)})`,
      () => `matchkeys(${this.list(d)}, ${this.list(d)}, ${this.list(d)})`,
      () => this.#conditional(() => this.list(d), d),
      () => `try(${this.list(d)}[${this.#small()}], ${this.list(d)})`,
      () => `fileset("dir", ${this.#random.pick(['"*"', '"*.yaml"', '"**"', '"**/*.yaml"', '"?.txt"'])})`,
      () => `regexall(${this.#random.pick(['"[a-z]"', '"(\\\\d)(.)?"'])}, ${this.text(d)})`,
    ]);
  }

  mapping(depth: number): string {
    if (depth <= 0) return this.#mappingLeaf();
    const d = depth - 1;
    return this.#choose([
      () => this.#mappingLeaf(),
      () => this.#written(() => this.any(d)),
      () => this.#written(() => this.text(d)),
      () => `merge(${this.#random.several(1, 3, () => this.mapping(d)).join(", ")})`,
      () => `merge(${this.#random.several(1, 3, () => this.mapping(d)).join(", ")})`,
      () => this.#forMapping(d),
      () => this.#forMapping(d),
      () => `zipmap(${this.list(d)}, ${this.list(d)})`,
      () => `tomap(${this.mapping(d)})`,
      () => `yamldecode(yamlencode(${this.mapping(d)}))`,
      () => `jsondecode(jsonencode(${this.mapping(d)}))`,
      () =>
        `yamldecode(${this.#names === undefined ? this.#random.pick(["local.text", "local.uy", "local.uz", "local.multi", this.text(d)]) : this.text(d)})`,
      () => `transpose({ ${this.#key()} = ${this.list(d)}, b = ["x"] })`,
      () => this.#conditional(() => this.mapping(d), d),
      () => `try(${this.mapping(d)}.${this.#key()}, ${this.mapping(d)})`,
      () => `coalesce(${this.mapping(d)}, ${this.mapping(d)})`,
      () => `element(${this.list(d)}, 0)`,
    ]);
  }

  #choose(makers: readonly (() => string)[]): string {
    return this.#random.pick(makers)();
  }

  #conditional(arm: () => string, depth: number): string {
    const condition = this.bool(depth);
    return this.#random.chance(0.15)
      ? `(${condition} ? ${this.any(depth)} : ${arm()})`
      : this.#random.chance(0.2)
        ? `(${condition} ? ${arm()} : null)`
        : `(${condition} ? ${arm()} : ${arm()})`;
  }

  #key(): string {
    return this.#random.pick(["a", "b", "k1", "name", "version", "n", "missing", "x"]);
  }

  #small(): string {
    return this.#random.pick(
      ["0", "1", "2", "-1", "local.n", '"0"', "1.5"].filter(
        (choice) => this.#names === undefined || !choice.startsWith("local"),
      ),
    );
  }

  #name(): string {
    if (this.#names !== undefined) return this.#random.pick([this.#textLeaf(), this.#mappingLeaf(), this.#listLeaf()]);
    const known = [
      "local.s",
      "local.z",
      "var.null_text",
      "local.obj",
      "local.ls",
      "var.typed.deep.y",
      "local.tm",
      "local.obj.none",
    ];
    return this.#random.pick(this.#holes ? [...known, "var.u_text", "local.um", "var.u_any"] : known);
  }

  #textLeaf(): string {
    if (this.#names !== undefined)
      return this.#named("text", [
        '"a"',
        '"1.2.3"',
        '"1"',
        '""',
        '"x: y"',
        '"\\"<&>"',
        '"two\\nlines"',
        '"é"',
        '"true"',
        '"10"',
      ]);
    if (this.#bound.length > 0 && this.#random.chance(0.35)) return this.#random.pick(this.#bound);
    if (this.#holes && this.#random.chance(0.25))
      return this.#random.pick([
        "var.u_text",
        "local.ut",
        "local.um.a",
        "local.um.b",
        "local.um2.z",
        "local.um2.x",
        "var.u_map.k1",
        "var.u_any",
      ]);
    return this.#random.pick([
      '"a"',
      '"1.2.3"',
      '"v1"',
      '"1"',
      '"1.10"',
      '"true"',
      '""',
      '"x: [y"',
      '"q\\"uo\\\\te"',
      '"<a&b>"',
      '"line\\nbreak"',
      '"line\\n\\n  deep\\n"',
      '"tab\\tx"',
      '"é日本"',
      '"\\U0001f600 smile"',
      '"$${x} %%{y}"',
      '"100%"',
      '"  pad  "',
      '"some quite long text that goes on and on, past the eightieth column of its line, to be folded somewhere"',
      '"yes"',
      '"null"',
      '"- a"',
      '"#c"',
      "local.s",
      "local.s2",
      "local.empty",
      "local.multi",
      "local.uni",
      "local.obj.version",
      "local.obj.inner.b",
      'local.obj["name"]',
      "local.m.k1",
      'local.m["k2"]',
      "local.yaml.image.repository",
      "local.yaml.text",
      "local.json.name",
      "local.text",
      "var.typed.name",
      "var.typed.version",
      "var.typed.deep.x",
      "var.chart",
      "var.null_text",
      'local.tm["a"]',
      "var.list[0].name",
      "local.ls[1]",
      "var.numbers[1]",
      "local.z",
      "path.module",
      "local.yaml.list[2]",
    ]);
  }

  #numberLeaf(): string {
    if (this.#names !== undefined) return this.#named("number", ["0", "1", "2.5", "10", "-3", "0.1", '"7"']);
    if (this.#holes && this.#random.chance(0.2))
      return this.#random.pick(["var.u_number", "local.um.c[0]", "local.um.c[1]"]);
    return this.#random.pick([
      "0",
      "1",
      "2",
      "10",
      "0.1",
      "0.2",
      "1.5",
      "1e3",
      "100000000000000000000",
      "123456789.125",
      "local.n",
      "local.f",
      "local.big",
      "local.neg",
      "local.obj.n",
      "local.yaml.image.port",
      "local.yaml.image.tag",
      "local.json.big",
      "local.json.items[1]",
      "var.typed.count",
      '"3"',
      "local.tn[1]",
      "7",
    ]);
  }

  #listLeaf(): string {
    if (this.#names !== undefined)
      return this.#named("list", ["[]", '["a", "b"]', "[1, 2]", "[true, null]", '[["a"], []]', 'toset(["z", "y"])']);
    if (this.#holes && this.#random.chance(0.25))
      return this.#random.pick(["var.u_list", "local.um.c", '[var.u_text, "k"]', "[1, var.u_any]"]);
    return this.#random.pick([
      "local.ls",
      "local.ln",
      "local.mixed",
      "local.el",
      "local.tl",
      "local.ts",
      "local.tn",
      "local.objs",
      "var.list",
      "var.numbers",
      "var.set",
      "local.yaml.list",
      "local.json.items",
      "[]",
      '["a"]',
      "[1, 2]",
      "local.obj.inner.a",
      "[[1], [2, 3]]",
      '[["a"], []]',
      "[null]",
      "toset([])",
      "tolist([])",
      "var.any.a",
    ]);
  }

  #mappingLeaf(): string {
    if (this.#names !== undefined)
      return this.#named("mapping", [
        "{}",
        "{ a = 1 }",
        '{ a = "x", b = "y" }',
        '{ name = "n", n = { k1 = "v" } }',
        "null",
      ]);
    if (this.#holes && this.#random.chance(0.25))
      return this.#random.pick(["var.u_map", "local.um", "local.um2", "var.u_any", "{ a = var.u_any, n = 1 }"]);
    return this.#random.pick([
      "local.m",
      "local.obj",
      "local.em",
      "local.tm",
      "local.yaml",
      "local.json",
      "var.typed",
      "var.settings",
      "var.typed.tags",
      "local.obj.inner",
      "{}",
      "{ a = 1 }",
      '{ a = "x", b = "y" }',
      "null",
      "var.any",
      "local.objs[0]",
      "var.typed.deep",
    ]);
  }

  #named(kind: keyof Names, literals: readonly string[]): string {
    if (kind === "text" && this.#bound.length > 0 && this.#random.chance(0.35)) return this.#random.pick(this.#bound);
    const names = this.#names?.[kind] ?? [];
    return this.#random.pick(names.length > 0 && this.#random.chance(0.7) ? names : literals);
  }

  #template(depth: number): string {
    const parts = this.#random.several(1, 3, () =>
      this.#choose([
        () => this.#random.pick(["a", "-", ": ", "v", " ", "\\n", 'x\\"', "é"]),
        () => `\${${this.text(depth)}}`,
        () => `\${${this.text(depth)}}`,
        () => `\${${this.number(depth)}}`,
        () => `\${${this.bool(depth)}}`,
        () =>
          `%{ if ${this.bool(depth)} }${this.#random.pick(["yes", "\\n", " on "])}%{ else }${this.#random.pick(["no", "", " - "])}%{ endif }`,
        () => `%{ for ${this.#random.pick(["i, x", "x"])} in ${this.list(depth)} }[\${x}]%{ endfor }`,
      ]),
    );
    return `"${parts.join("")}"`;
  }

  #format(depth: number): string {
    const verbs = this.#random.several(0, 3, () =>
      this.#random.pick([
        "%s",
        "%v",
        "%d",
        "%q",
        "%05d",
        "%.2f",
        "%-6s|",
        "%6s",
        "%x",
        "%t",
        "%%",
        "%f",
        "%+d",
        "%3d",
        "%#v",
      ]),
    );
    const args = verbs
      .filter((verb) => verb !== "%%")
      .map((verb) =>
        /[dxf]/.test(verb) ? this.number(depth) : verb === "%t" ? this.bool(depth) : this.any(depth > 1 ? 1 : depth),
      );
    return `format("${verbs.join(this.#random.pick(["", "-", " "]))}"${args.map((arg) => `, ${arg}`).join("")})`;
  }

  #binding<T>(count: number, use: (names: readonly string[]) => T): T {
    const names = Array.from({ length: count }, () => `x${this.#fresh++}`);
    const outer = this.#bound;
    this.#bound = [...outer, ...names];
    const result = use(names);
    this.#bound = outer;
    return result;
  }

  #collection(depth: number): string {
    return this.#random.chance(0.6) ? this.list(depth) : this.mapping(depth);
  }

  #forList(depth: number): string {
    const collection = this.#collection(depth);
    return this.#binding(this.#random.chance(0.5) ? 1 : 2, (names) => {
      const condition = this.#random.chance(0.35) ? ` if ${this.bool(Math.min(depth, 1))}` : "";
      return `[for ${names.join(", ")} in ${collection} : ${this.#random.chance(0.5) ? this.any(depth) : this.#random.pick(names)}${condition}]`;
    });
  }

  #forMapping(depth: number): string {
    const collection = this.#collection(depth);
    return this.#binding(2, (names) => {
      const condition = this.#random.chance(0.35) ? ` if ${this.bool(Math.min(depth, 1))}` : "";
      const key = this.#random.pick([...names, `"k-\${${names[0] ?? ""}}"`, `tostring(${names[0] ?? ""})`]);
      const grouped = this.#random.chance(0.25) ? "..." : "";
      return `{ for ${names.join(", ")} in ${collection} : ${key} => ${this.#random.chance(0.5) ? this.any(depth) : (names[1] ?? "")}${grouped}${condition} }`;
    });
  }

  #written(value: () => string): string {
    const entries = this.#random.several(
      0,
      3,
      () => `${this.#choose([() => this.#key(), () => `"${this.#key()}"`, () => `(${this.text(0)})`])} = ${value()}`,
    );
    return `{ ${entries.join(", ")} }`;
  }
}
