/**
 * Types of values as HCL has them. `dynamic` is the type of a bare `null`. `unsure` is the type of a
 * value that could not be told: what it would become, and what it would make of its neighbours where
 * types have to agree, is open.
 */
export type ValueType =
  | "dynamic"
  | "unsure"
  | "string"
  | "number"
  | "bool"
  | { readonly kind: "list" | "set" | "map"; readonly element: ValueType }
  | { readonly kind: "tuple"; readonly items: readonly ValueType[] }
  | {
      readonly kind: "object";
      readonly attributes: ReadonlyMap<string, ValueType>;
      /** Attributes that a value may lack; only in constraints. */
      readonly optional?: ReadonlySet<string>;
    };

type CollectionType = Extract<ValueType, { element: ValueType }>;
export type ObjectType = Extract<ValueType, { attributes: unknown }>;
type TupleType = Extract<ValueType, { items: unknown }>;

export function listOf(element: ValueType): ValueType {
  return { kind: "list", element };
}

export function isPrimitive(type: ValueType): type is "string" | "number" | "bool" {
  return type === "string" || type === "number" || type === "bool";
}

export function sameType(a: ValueType, b: ValueType): boolean {
  if (a === b) return true;
  if (typeof a === "string" || typeof b === "string") return false;
  if (a.kind === "tuple") {
    return (
      b.kind === "tuple" &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => sameType(item, b.items[index] ?? "unsure"))
    );
  }
  if (a.kind === "object") return b.kind === "object" && sameAttributes(a, b);
  return b.kind === a.kind && sameType(a.element, b.element);
}

function sameAttributes(a: ObjectType, b: ObjectType): boolean {
  if (a.attributes.size !== b.attributes.size || a.optional !== undefined || b.optional !== undefined) return false;
  for (const [name, type] of a.attributes) {
    const other = b.attributes.get(name);
    if (other === undefined || !sameType(type, other)) return false;
  }
  return true;
}

/** Whether some part of the type is open. */
export function isUnsure(type: ValueType): boolean {
  if (typeof type === "string") return type === "unsure";
  if (type.kind === "tuple") return type.items.some(isUnsure);
  if (type.kind === "object") return type.attributes.values().some(isUnsure);
  return isUnsure(type.element);
}

/** Whether some part of the type stands for any type. */
export function mentionsDynamic(type: ValueType): boolean {
  if (typeof type === "string") return type === "dynamic";
  if (type.kind === "tuple") return type.items.some(mentionsDynamic);
  if (type.kind === "object") return type.attributes.values().some(mentionsDynamic);
  return mentionsDynamic(type.element);
}

export function withoutOptional(type: ValueType): ValueType {
  if (typeof type === "string") return type;
  if (type.kind === "tuple") return { kind: "tuple", items: type.items.map(withoutOptional) };
  if (type.kind !== "object") return { kind: type.kind, element: withoutOptional(type.element) };
  return {
    kind: "object",
    attributes: new Map(type.attributes.entries().map(([name, inner]) => [name, withoutOptional(inner)])),
  };
}

/**
 * Whether HCL has a conversion between the types. A `safe` one cannot fail for any value: text to
 * number is not safe.
 */
export function canConvert(from: ValueType, to: ValueType, safe = false): boolean {
  if (to === "dynamic" || to === "unsure" || from === "unsure") return true;
  if (from === "dynamic") return !safe;
  if (typeof from === "string" || typeof to === "string") return canConvertPrimitive(from, to, safe);
  switch (to.kind) {
    case "object":
      return from.kind === "object"
        ? objectToObject(from, to, safe)
        : from.kind === "map" && !safe && mapToObject(from, to);
    case "tuple":
      return from.kind === "tuple" && tupleToTuple(from, to, safe);
    case "map":
      return from.kind === "map"
        ? fits(from.element, to.element, safe)
        : from.kind === "object" && allFit([...from.attributes.values()], to.element, safe);
    default:
      return canConvertToList(from, to, safe);
  }
}

function canConvertPrimitive(from: ValueType, to: ValueType, safe: boolean): boolean {
  return isPrimitive(from) && isPrimitive(to) && (from === to || to === "string" || (!safe && from === "string"));
}

/** To a list or a set. */
function canConvertToList(from: Exclude<ValueType, string>, to: CollectionType, safe: boolean): boolean {
  switch (from.kind) {
    case "tuple":
      return allFit(from.items, to.element, safe) && !(to.element === "dynamic" && mixesDynamic(from.items));
    case "list":
      return (to.kind === "list" || !safe) && fits(from.element, to.element, safe);
    default:
      return from.kind === "set" && fits(from.element, to.element, safe);
  }
}

function tupleToTuple(from: TupleType, to: TupleType, safe: boolean): boolean {
  return (
    from.items.length === to.items.length &&
    from.items.every((item, index) => fits(item, to.items[index] ?? "dynamic", safe))
  );
}

function fits(from: ValueType, to: ValueType, safe: boolean): boolean {
  return sameType(from, to) || canConvert(from, to, safe);
}

function allFit(from: readonly ValueType[], to: ValueType, safe: boolean): boolean {
  if (from.length === 0) return true;
  const element = to === "dynamic" ? unify(from, safe) : to;
  return element !== undefined && from.every((type) => fits(type, element, safe));
}

/** A common type of `dynamic` for parts that are not all of them `dynamic` is no type for a list. */
function mixesDynamic(items: readonly ValueType[]): boolean {
  return unify(items) === "dynamic" && items.some((type) => type !== "dynamic");
}

function objectToObject(from: ObjectType, to: ObjectType, safe: boolean): boolean {
  for (const [name, type] of to.attributes) {
    const given = from.attributes.get(name);
    if (given === undefined ? to.optional?.has(name) !== true : !fits(given, type, safe)) return false;
  }
  return true;
}

function mapToObject(from: CollectionType, to: ObjectType): boolean {
  return to.attributes
    .entries()
    .every(([name, type]) => to.optional?.has(name) === true || fits(from.element, type, false));
}

/** The type that values of all these types can become together, as HCL chooses it; `undefined`: none. */
export function unify(types: readonly ValueType[], safe = false): ValueType | undefined {
  const distinct = distinctTypes(types);
  const first = distinct[0];
  if (first === undefined || distinct.length === 1) return first;
  if (distinct.includes("unsure")) return "unsure";
  const kinds = new Set(distinct.map((type) => (typeof type === "string" ? type : type.kind)));
  if (kinds.has("object") && kinds.has("tuple")) return undefined;
  const hasDynamic = kinds.delete("dynamic");
  if (kinds.size === 1 && distinct.some((type) => typeof type !== "string"))
    return hasDynamic ? "dynamic" : unifyOneKind(distinct, safe);
  const disguised = kinds.size === 2 ? unifyMixed(distinct, kinds, safe) : undefined;
  return disguised ?? preferred(distinct).find((wanted) => distinct.every((type) => fits(type, wanted, safe)));
}

/** Composed types of the same kind. */
function unifyOneKind(types: readonly ValueType[], safe: boolean): ValueType | undefined {
  const objects = types.filter(isObject);
  if (objects.length > 0) return unifyObjects(objects, safe);
  const tuples = types.filter(isTuple);
  return tuples.length > 0 ? unifyTuples(tuples, safe) : unifyCollections(types, safe);
}

function unifyMixed(types: readonly ValueType[], kinds: ReadonlySet<string>, safe: boolean): ValueType | undefined {
  if (kinds.has("map") && kinds.has("object")) return unifyDisguised(types, "object", safe);
  return kinds.has("list") && kinds.has("tuple") ? unifyDisguised(types, "tuple", safe) : undefined;
}

function isObject(type: ValueType): type is ObjectType {
  return typeof type !== "string" && type.kind === "object";
}

function isTuple(type: ValueType): type is TupleType {
  return typeof type !== "string" && type.kind === "tuple";
}

function isCollection(type: ValueType): type is CollectionType {
  return typeof type !== "string" && type.kind !== "object" && type.kind !== "tuple";
}

/** More different types than this are not compared with each other. */
const maximumDistinct = 64;

function distinctTypes(types: readonly ValueType[]): ValueType[] {
  const distinct: ValueType[] = [];
  for (const type of types) {
    if (distinct.some((other) => sameType(other, type))) continue;
    if (distinct.length === maximumDistinct) return ["unsure"];
    distinct.push(type);
  }
  return distinct;
}

function unifyCollections(types: readonly ValueType[], safe: boolean): ValueType | undefined {
  const collections = types.filter(isCollection);
  const element = unify(
    collections.map((type) => type.element),
    safe,
  );
  const kind = collections[0]?.kind;
  return element === undefined || kind === undefined ? undefined : { kind, element };
}

/** Objects among maps are maps written down, and tuples among lists are lists. */
function unifyDisguised(types: readonly ValueType[], kind: "object" | "tuple", safe: boolean): ValueType | undefined {
  const written = types.filter((type) => typeof type !== "string" && type.kind === kind);
  const disguised =
    kind === "object" ? objectsToMap(written.filter(isObject), safe) : tuplesToList(written.filter(isTuple), safe);
  if (disguised === undefined) return undefined;
  const result = unify(
    types.map((type) => (written.includes(type) ? disguised : type)),
    safe,
  );
  return result === "unsure" || (result !== undefined && isCollection(result)) ? result : undefined;
}

function unifyObjects(types: readonly ObjectType[], safe: boolean): ValueType | undefined {
  const names = [...(types[0]?.attributes.keys() ?? [])];
  const alike = types.every(
    (type) => type.attributes.size === names.length && names.every((name) => type.attributes.has(name)),
  );
  if (!alike) return objectsToMap(types, safe);
  const attributes = new Map<string, ValueType>();
  for (const name of names) {
    const common = unify(
      types.map((type) => type.attributes.get(name) ?? "unsure"),
      safe,
    );
    if (common === undefined) return undefined;
    attributes.set(name, common);
  }
  const result: ValueType = { kind: "object", attributes };
  return types.every((type) => fits(type, result, safe)) ? result : objectsToMap(types, safe);
}

function objectsToMap(types: readonly ObjectType[], safe: boolean): ValueType | undefined {
  const element = unify(
    types.flatMap((type) => [...type.attributes.values()]),
    safe,
  );
  if (element === undefined) return undefined;
  const result: ValueType = { kind: "map", element };
  return types.every((type) => fits(type, result, safe)) ? result : undefined;
}

function unifyTuples(types: readonly TupleType[], safe: boolean): ValueType | undefined {
  const length = types[0]?.items.length ?? 0;
  if (types.some((type) => type.items.length !== length)) return tuplesToList(types, safe);
  const items: ValueType[] = [];
  for (let index = 0; index < length; index += 1) {
    const common = unify(
      types.map((type) => type.items[index] ?? "unsure"),
      safe,
    );
    if (common === undefined) return undefined;
    items.push(common);
  }
  const result: ValueType = { kind: "tuple", items };
  return types.every((type) => fits(type, result, safe)) ? result : tuplesToList(types, safe);
}

function tuplesToList(types: readonly TupleType[], safe: boolean): ValueType | undefined {
  const element = unify(
    types.flatMap((type) => type.items),
    safe,
  );
  if (element === undefined) return undefined;
  const result: ValueType = { kind: "list", element };
  return types.every((type) => fits(type, result, safe)) ? result : undefined;
}

/** The types, those that the others convert to first; otherwise in their order. */
function preferred(types: readonly ValueType[]): ValueType[] {
  const above = types.map((type) => types.filter((other) => compareTypes(other, type) < 0));
  const result: ValueType[] = [];
  const placed = new Set<ValueType>();
  while (result.length < types.length) {
    const next = types.filter(
      (type, index) => !placed.has(type) && (above[index] ?? []).every((other) => placed.has(other)),
    );
    if (next.length === 0) break;
    for (const type of next) {
      placed.add(type);
      result.push(type);
    }
  }
  return result;
}

/** Negative: `a` is the more general one. */
function compareTypes(a: ValueType, b: ValueType): number {
  if (a === "dynamic" || b === "dynamic") return a === b ? 0 : a === "dynamic" ? 1 : -1;
  if (typeof a === "string" || typeof b === "string") {
    if (!isPrimitive(a) || !isPrimitive(b) || a === b) return 0;
    return a === "string" ? -1 : b === "string" ? 1 : 0;
  }
  if (a.kind !== b.kind) return generality(b.kind, a.kind) - generality(a.kind, b.kind);
  if (isCollection(a) && isCollection(b)) return compareTypes(a.element, b.element);
  if (isObject(a) && isObject(b)) return compareAttributes(a, b);
  return isTuple(a) && isTuple(b) ? compareItems(a, b) : 0;
}

/** 1 where every value of the `other` kind could be one of this kind. */
function generality(kind: Exclude<ValueType, string>["kind"], other: typeof kind): number {
  const below: Readonly<Record<typeof kind, readonly string[]>> = {
    list: ["tuple", "set"],
    tuple: ["set"],
    map: ["object"],
    set: [],
    object: [],
  };
  return below[kind].includes(other) ? 1 : 0;
}

function compareAttributes(a: ObjectType, b: ObjectType): number {
  if (a.attributes.size !== b.attributes.size || !a.attributes.keys().every((name) => b.attributes.has(name))) return 0;
  return agreed([...a.attributes].map(([name, type]) => compareTypes(type, b.attributes.get(name) ?? "unsure")));
}

function compareItems(a: TupleType, b: TupleType): number {
  if (a.items.length !== b.items.length) return 0;
  return agreed(a.items.map((type, index) => compareTypes(type, b.items[index] ?? "unsure")));
}

function agreed(comparisons: readonly number[]): number {
  const below = comparisons.some((comparison) => comparison < 0);
  const above = comparisons.some((comparison) => comparison > 0);
  return below === above ? 0 : below ? -1 : 1;
}
