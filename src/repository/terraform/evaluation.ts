import type { SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import type {
  Binary,
  Call,
  Conditional,
  Expression,
  For,
  Node,
  ObjectCons,
  Splat,
  Template,
  TemplatePart,
  Unary,
} from "../hcl/syntax.ts";
import { parseTemplate } from "../hcl/parse.ts";
import { computedAt, decidedBy, decidersOf, partOf } from "../provenance.ts";
import { alike, convert, elementOf, orderedItems, toText } from "../value-conversion.ts";
import { equal } from "../value-equality.ts";
import {
  add,
  compareNumbers,
  divide,
  fromBig,
  isWhole,
  multiply,
  negate,
  parseNumber,
  toBig,
  truncate,
  whole,
  type BigNumber,
} from "../value-number.ts";
import {
  listValue,
  sizeOf,
  sortedEntries,
  tupleLike,
  tupleValue,
  typeOf,
  unknownLike,
  whyUnknown,
} from "../value-tree.ts";
import { isPrimitive, sameType, unify, type ValueType } from "../value-type.ts";
import type { ListValue, MappingValue, NumberValue, TextPiece, UnknownValue, Value } from "../value.ts";
import { EvaluationError, NotToldError } from "./evaluation-error.ts";
import { callFunction, type CallContext } from "./functions/function.ts";
import { functions } from "./functions/index.ts";
import type { Scope } from "./scope.ts";
import { textOfPieces } from "./template.ts";

/** Nodes looked at for one expression, with those of the templates that it renders. */
const maximumSteps = 200_000;
/** Characters that all texts made for one expression may have together. */
const maximumText = 1_000_000;
/** Values that one value may be made of. Each may be used many times: two locals a line double it. */
const maximumSize = 250_000;
/** Evaluations that wait for each other: an expression asks for a local, which asks for another. */
const maximumNesting = 400;
/** Template files that render each other. */
const maximumTemplates = 10;

/**
 * The value of an expression, as far as it can be told. What is known equals what OpenTofu computes. An
 * expression that OpenTofu refuses is unknown with the code `type-mismatch`.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  const place = spanOf(expression, scope.file);
  if (nesting >= maximumNesting) return limited("expressions refer to each other too deeply", place);
  nesting += 1;
  try {
    return new Evaluation(scope, { steps: maximumSteps, text: maximumText, templates: 0, unknowns: 0 }).value(
      expression,
      undefined,
    );
  } catch (error) {
    if (error instanceof EvaluationError)
      return unknown({ code: "type-mismatch", text: error.message, at: [place] }, [place]);
    if (error instanceof BudgetError) return limited(error.message, place);
    throw error;
  } finally {
    nesting -= 1;
  }
}

/** How many evaluations are under way: scopes evaluate further expressions while one runs. */
let nesting = 0;

class BudgetError extends Error {
  override readonly name = "BudgetError";
}

interface Budget {
  steps: number;
  text: number;
  templates: number;
  /** Unknown values met so far: what was told in spite of one may still fail for OpenTofu. */
  unknowns: number;
}

/** Names bound by `for` and splat expressions, the innermost first. */
interface Bound {
  readonly name: string;
  readonly value: Value;
  readonly outer: Bound | undefined;
}

function spanOf(node: Node, file: SourceFile): Span {
  return { file: file.id, start: node.start, end: node.end };
}

function unknown(reason: Reason, at: readonly Span[], type?: ValueType): UnknownValue {
  return unknownLike(reason, at, type);
}

function limited(text: string, place: Span): UnknownValue {
  return unknown({ code: "limit", text, at: [place] }, [place]);
}

function lookUp(bound: Bound | undefined, name: string): Value | undefined {
  for (let at = bound; at !== undefined; at = at.outer) if (at.name === name) return at.value;
  return undefined;
}

type Outcome = { readonly value: Value } | { readonly error: EvaluationError };

class Evaluation {
  readonly #scope: Scope;
  readonly #budget: Budget;

  constructor(scope: Scope, budget: Budget) {
    this.#scope = scope;
    this.#budget = budget;
  }

  value(expression: Expression, bound: Bound | undefined): Value {
    this.#spend(1);
    try {
      const value = this.#compute(expression, bound);
      if (sizeOf(value) > maximumSize)
        throw new NotToldError("limit", `this is made of more than ${maximumSize} values`);
      if (value.kind === "unknown") this.#budget.unknowns += 1;
      return value;
    } catch (error) {
      if (!(error instanceof NotToldError)) throw error;
      this.#budget.unknowns += 1;
      const place = this.#span(expression);
      return unknown({ code: error.code, text: error.message, at: [place] }, [place]);
    }
  }

  #compute(expression: Expression, bound: Bound | undefined): Value {
    switch (expression.kind) {
      case "literal":
        return this.#literal(expression.value, expression.text, this.#literalAt(expression));
      case "template":
        return this.#template(expression, bound);
      case "variable":
      case "get":
      case "index":
        return this.#traversal(expression, bound);
      case "splat":
        return this.#splat(expression, bound);
      case "call":
        return this.#call(expression, bound);
      case "conditional":
        return this.#conditional(expression, bound);
      case "unary":
        return this.#unary(expression, bound);
      case "binary":
        return this.#binary(expression, bound);
      case "tuple":
        return tupleValue(
          expression.items.map((item) => this.value(item, bound)),
          this.#literalAt(expression),
        );
      case "object":
        return this.#object(expression, bound);
      case "for":
        return this.#for(expression, bound);
      case "parenthesis":
        return this.value(expression.inner, bound);
      case "invalid": {
        const place = this.#span(expression);
        return unknown({ code: "syntax-error", text: expression.message, at: [place] }, [place]);
      }
    }
  }

  #span(node: Node): Span {
    return spanOf(node, this.#scope.file);
  }

  #literalAt(node: Node): readonly Span[] {
    return [{ file: this.#scope.file.id, start: node.start, end: node.end, role: "literal" }];
  }

  #computedAt(node: Node, inputs: readonly Value[]): readonly Span[] {
    return computedAt(this.#span(node), inputs);
  }

  #spend(steps: number): void {
    this.#budget.steps -= steps;
    if (this.#budget.steps < 0) throw new BudgetError("this expression takes too many steps");
  }

  #spendText(length: number): void {
    this.#budget.text -= length;
    if (this.#budget.text < 0) throw new BudgetError("this expression makes too much text");
  }

  #literal(value: number | boolean | null, text: string, at: readonly Span[]): Value {
    if (value === null) return { kind: "null", at };
    if (typeof value === "boolean") return { kind: "bool", value, at };
    if (Number.isSafeInteger(value) && String(value) === text) return { kind: "number", value, at };
    const number = parseNumber(text);
    if (number === undefined || number === null)
      throw new NotToldError("limit", "this number is out of the range computed here");
    return fromBig(number, at);
  }

  /** The value, or that OpenTofu refuses the expression: for where the language goes on after that. */
  #attempt(expression: Expression, bound: Bound | undefined): Outcome {
    try {
      return { value: this.value(expression, bound) };
    } catch (error) {
      if (error instanceof EvaluationError) return { error };
      throw error;
    }
  }

  // --- Names, attributes and indexes

  #traversal(expression: Expression, bound: Bound | undefined): Value {
    const path: Expression[] = [];
    let root = expression;
    while (root.kind === "get" || root.kind === "index") {
      path.push(root);
      root = root.object;
    }
    path.reverse();
    if (root.kind !== "variable") return this.#follow(this.value(root, bound), path, bound);
    const local = lookUp(bound, root.name);
    if (local !== undefined) return this.#follow(local, path, bound);
    const found = this.#scope.lookup(root.name, literalNames(path));
    if (found === undefined) {
      const place = this.#span(expression);
      return unknown({ code: "not-declared", text: `${root.name} is not declared`, at: [place] }, [place]);
    }
    return this.#follow(found.value, path.slice(found.used), bound);
  }

  #follow(start: Value, path: readonly Expression[], bound: Bound | undefined): Value {
    let value = start;
    for (const step of path) {
      this.#spend(1);
      if (step.kind === "get") value = getAttribute(value, step.name);
      else if (step.kind === "index") value = index(value, this.value(step.key, bound));
    }
    return value;
  }

  #splat(expression: Splat, bound: Bound | undefined): Value {
    const source = this.value(expression.object, bound);
    const type = typeOf(source);
    const isSequence =
      typeof type !== "string" && (type.kind === "tuple" || type.kind === "list" || type.kind === "set");
    if (source.kind === "null") {
      if (isSequence) throw new EvaluationError("a null list has no elements", decidersOf([source]));
      return tupleValue([], decidedBy(decidersOf([source]), { ...source, at: this.#literalAt(expression) }).at);
    }
    if (source.kind === "unknown") return unknown(source.reason, this.#computedAt(expression, [source]));
    const elements = source.kind === "list" ? orderedItems(source) : [source];
    this.#spend(elements.length);
    const items = elements.map((element) =>
      this.value(expression.each, { name: "", value: partOf(source, element), outer: bound }),
    );
    const at = this.#computedAt(expression, [{ ...source, kind: "null" }]);
    if (source.kind !== "list" || source.of === "tuple" || source.of === undefined) return tupleLike(source, items, at);
    if (items.length === 0) return listValue([], this.#elementTypeAfter(expression, source, bound), at);
    const { items: typed, element } = alike(items);
    return listValue(typed, element, at);
  }

  /** What a splat expression makes of an element that there is none of: it may be refused. */
  #elementTypeAfter(expression: Splat, source: ListValue, bound: Bound | undefined): ValueType {
    const place = this.#span(expression);
    const element = unknown({ code: "limit", text: "no element", at: [place] }, [place], elementOf(source));
    return typeOf(this.value(expression.each, { name: "", value: element, outer: bound }));
  }

  // --- Collections

  #object(expression: ObjectCons, bound: Bound | undefined): Value {
    const entries = new Map<string, Value>();
    let rest: Reason | undefined;
    for (const item of expression.items) {
      const key = this.value(item.key, bound);
      const value = this.value(item.value, bound);
      if (key.kind === "null") throw new EvaluationError("a key is null");
      if (key.kind === "unknown") {
        rest ??= key.reason;
        // It may be any of the keys so far.
        for (const name of entries.keys()) entries.set(name, unknown(key.reason, this.#literalAt(item.key)));
        continue;
      }
      const name = convert(key, "string");
      if (name.kind === "string") entries.set(name.value, value);
    }
    return { kind: "mapping", of: "object", entries, ...(rest && { rest }), at: this.#literalAt(expression) };
  }

  #for(expression: For, bound: Bound | undefined): Value {
    const collection = this.value(expression.collection, bound);
    const at = (): readonly Span[] => this.#computedAt(expression, [{ kind: "null", at: collection.at }]);
    if (collection.kind === "unknown") return unknown(collection.reason, at());
    if (collection.kind !== "list" && collection.kind !== "mapping") {
      throw new EvaluationError("only a list, set or map can be walked by a for expression", decidersOf([collection]));
    }
    if (
      expression.condition !== null &&
      (collection.kind === "list" ? collection.items.length : collection.entries.size) === 0
    ) {
      this.#tryCondition(expression, bound);
    }
    return expression.key === null
      ? this.#forTuple(expression, collection, bound, at)
      : this.#forObject(expression, expression.key, collection, bound, at);
  }

  #forTuple(
    expression: For,
    collection: ListValue | MappingValue,
    bound: Bound | undefined,
    at: () => readonly Span[],
  ): Value {
    if (collection.kind === "mapping" && collection.rest !== undefined) return unknown(collection.rest, at());
    const items: Value[] = [];
    let reason: Reason | undefined;
    for (const inner of this.#iterations(expression, collection, bound, true)) {
      const included = this.#included(expression, inner);
      if (included === false) continue;
      const value = this.value(expression.value, inner);
      if (included === true) items.push(value);
      else reason ??= included;
    }
    return reason === undefined ? tupleValue(items, at()) : unknown(reason, at());
  }

  #forObject(
    expression: For,
    keyExpression: Expression,
    collection: ListValue | MappingValue,
    bound: Bound | undefined,
    at: () => readonly Span[],
  ): Value {
    const entries = new Map<string, Value>();
    const groups = new Map<string, Value[]>();
    let rest = collection.kind === "mapping" ? collection.rest : undefined;
    for (const inner of this.#iterations(expression, collection, bound, expression.grouped)) {
      const included = this.#included(expression, inner);
      if (included === false) continue;
      const key = this.value(keyExpression, inner);
      if (key.kind === "null") throw new EvaluationError("a key of a for expression is null");
      if (included !== true || key.kind === "unknown") {
        rest ??= included === true && key.kind === "unknown" ? key.reason : included === true ? undefined : included;
        continue;
      }
      const name = convert(key, "string");
      if (name.kind !== "string") continue;
      const value = this.value(expression.value, inner);
      if (expression.grouped) groups.set(name.value, [...(groups.get(name.value) ?? []), value]);
      else if (entries.has(name.value))
        throw new EvaluationError(`two items have the key ${JSON.stringify(name.value)}`);
      else entries.set(name.value, value);
    }
    for (const [name, values] of groups) {
      entries.set(name, rest === undefined ? tupleValue(values, at()) : unknown(rest, at()));
    }
    return { kind: "mapping", of: "object", entries, ...(rest && { rest }), at: at() };
  }

  /** The names bound for each element, in HCL's order. `ordered`: the result depends on that order. */
  *#iterations(
    expression: For,
    collection: ListValue | MappingValue,
    bound: Bound | undefined,
    ordered: boolean,
  ): Generator<Bound> {
    const { keyName, valueName } = expression;
    for (const [key, element] of elementsOf(collection, ordered)) {
      this.#spend(1);
      const outer = keyName === null ? bound : { name: keyName, value: key, outer: bound };
      yield { name: valueName, value: partOf(collection, element), outer };
    }
  }

  /** OpenTofu refuses a condition that fails whatever the element is, also where there is none. */
  #tryCondition(expression: For, bound: Bound | undefined): void {
    const place = this.#span(expression);
    const value = unknown({ code: "limit", text: "no element", at: [place] }, [place]);
    const { keyName, valueName } = expression;
    this.#included(expression, {
      name: valueName,
      value,
      outer: keyName === null ? bound : { name: keyName, value, outer: bound },
    });
  }

  #included(expression: For, inner: Bound): boolean | Reason {
    if (expression.condition === null) return true;
    const condition = this.value(expression.condition, inner);
    return this.#truth(condition, "the condition of a for expression");
  }

  #truth(condition: Value, what: string): boolean | Reason {
    if (condition.kind === "null") throw new EvaluationError(`${what} is null`, decidersOf([condition]));
    if (condition.kind === "unknown") return condition.reason;
    const converted = convert(condition, "bool");
    return converted.kind === "bool" && converted.value;
  }

  // --- Operators

  #conditional(expression: Conditional, bound: Bound | undefined): Value {
    const then = this.#arm(expression.then, bound);
    const otherwise = this.#arm(expression.otherwise, bound);
    const type = conditionalType(then, otherwise);
    if (type === undefined) throw new EvaluationError("the two results of this condition have no common type");
    const condition = this.value(expression.condition, bound);
    const truth = this.#truth(condition, "the condition");
    if (typeof truth !== "boolean") return unknown(truth, this.#computedAt(expression, [condition]), type);
    const selected = truth ? then : otherwise;
    if ("error" in selected) throw selected.error;
    const other = truth ? otherwise : then;
    if (
      "error" in other &&
      other.type === "unsure" &&
      (selected.value.kind === "list" || selected.value.kind === "mapping")
    ) {
      throw new NotToldError("limit", "the type of a result that OpenTofu refuses is not computed here");
    }
    return decidedBy(decidersOf([condition]), settled(selected.value, type, other.isBareNull === true));
  }

  /** An arm of a condition, and what it adds to the common type. */
  #arm(expression: Expression, bound: Bound | undefined): Arm {
    const before = this.#budget.unknowns;
    const outcome = this.#attempt(expression, bound);
    if ("error" in outcome) return { ...outcome, type: typeOfRefused(expression) };
    const isBareNull = outcome.value.kind === "null" && typeOf(outcome.value) === "dynamic";
    // What is computed from something unknown may yet be refused: then it takes no part in the type.
    const isOpen = this.#budget.unknowns > before && !isPlainReference(expression);
    return { ...outcome, type: isOpen ? "unsure" : typeOf(outcome.value), isBareNull };
  }

  #unary(expression: Unary, bound: Bound | undefined): Value {
    const wanted = expression.operator === "!" ? "bool" : "number";
    const operand = convert(this.value(expression.operand, bound), wanted);
    if (operand.kind === "null")
      throw new EvaluationError(`the operand of ${expression.operator} is null`, decidersOf([operand]));
    if (operand.kind === "unknown") return unknown(operand.reason, this.#computedAt(expression, [operand]), wanted);
    if (operand.kind === "bool")
      return { kind: "bool", value: !operand.value, at: this.#computedAt(expression, [operand]) };
    if (operand.kind !== "number") return operand;
    if (operand.value === 0) throw new NotToldError("limit", "negative zero is not computed here");
    const isLiteral = expression.operand.kind === "literal";
    return fromBig(
      negate(bigOf(operand)),
      isLiteral ? this.#literalAt(expression) : this.#computedAt(expression, [operand]),
    );
  }

  #binary(expression: Binary, bound: Bound | undefined): Value {
    const { operator } = expression;
    if (operator === "&&" || operator === "||") return this.#logical(expression, operator === "||", bound);
    const left = this.value(expression.left, bound);
    const right = this.value(expression.right, bound);
    const at = (): readonly Span[] => this.#computedAt(expression, [left, right]);
    if (operator === "==" || operator === "!=") {
      const same = equal(left, right);
      if (same !== undefined) return { kind: "bool", value: same === (operator === "=="), at: at() };
      const reason = whyUnknown(left) ?? whyUnknown(right);
      return unknown(
        reason ?? {
          code: "limit",
          text: "whether these are equal is open in OpenTofu too",
          at: [this.#span(expression)],
        },
        at(),
        "bool",
      );
    }
    return this.#arithmetic(operator, convert(left, "number"), convert(right, "number"), at);
  }

  #arithmetic(operator: ArithmeticOperator, left: Value, right: Value, at: () => readonly Span[]): Value {
    if (left.kind === "null" || right.kind === "null")
      throw new EvaluationError(`an operand of ${operator} is null`, decidersOf([left, right]));
    const type = operator in comparisons ? "bool" : "number";
    if (left.kind === "unknown") return unknown(left.reason, at(), type);
    if (right.kind === "unknown") return unknown(right.reason, at(), type);
    if (left.kind !== "number" || right.kind !== "number") throw new EvaluationError(`${operator} needs numbers`);
    const compared = comparisons[operator];
    if (compared !== undefined)
      return { kind: "bool", value: compared(compareNumbers(bigOf(left), bigOf(right))), at: at() };
    const quick = quickArithmetic(operator, left, right);
    if (quick !== undefined) return { kind: "number", value: quick, at: at() };
    return fromBig(bigArithmetic(operator, bigOf(left), bigOf(right)), at());
  }

  #logical(expression: Binary, decisive: boolean, bound: Bound | undefined): Value {
    const left = this.#attempt(expression.left, bound);
    const right = this.#attempt(expression.right, bound);
    const sides = [left, right].map((side) => ("error" in side ? side : { value: convert(side.value, "bool") }));
    for (const side of sides) {
      if ("value" in side && side.value.kind === "null")
        throw new EvaluationError(`an operand of ${expression.operator} is null`, decidersOf([side.value]));
    }
    for (const side of sides) {
      if ("value" in side && side.value.kind === "bool" && side.value.value === decisive) {
        return { kind: "bool", value: decisive, at: this.#computedAt(expression, [side.value]) };
      }
    }
    const values: Value[] = [];
    for (const side of sides) {
      if ("error" in side) throw side.error;
      values.push(side.value);
    }
    const at = this.#computedAt(expression, values);
    const open = values.find((value) => value.kind === "unknown");
    return open === undefined ? { kind: "bool", value: !decisive, at } : unknown(open.reason, at, "bool");
  }

  // --- Functions

  #call(expression: Call, bound: Bound | undefined): Value {
    const name = expression.name.startsWith("core::") ? expression.name.slice("core::".length) : expression.name;
    if (name === "try" || name === "can") return this.#tries(expression, name, bound);
    const args = this.#args(expression, bound);
    if ("reason" in args) return unknown(args.reason, this.#computedAt(expression, []));
    const own = this.#scope.call?.(expression.name, args);
    if (own !== undefined) return own;
    const called = functions.get(name);
    const context: CallContext = {
      place: this.#span(expression),
      scope: this.#scope,
      render: (file, names, rest) => this.#render(file, names, rest),
      spend: (steps) => this.#spend(steps),
    };
    if (called === undefined) {
      const reason: Reason = {
        code: "function-not-evaluated",
        text: `${name}() is not evaluated`,
        at: [context.place],
      };
      return unknown(reason, this.#computedAt(expression, args));
    }
    this.#spend(
      args.length +
        args.reduce(
          (sum, arg) => sum + (arg.kind === "list" ? arg.items.length : arg.kind === "mapping" ? arg.entries.size : 0),
          0,
        ),
    );
    const value = callFunction(name, called, args, context);
    if (value.kind === "string") this.#spendText(value.value.length);
    return value;
  }

  #args(expression: Call, bound: Bound | undefined): readonly Value[] | UnknownValue {
    const args = expression.args.map((arg) => this.value(arg, bound));
    if (!expression.expandLast) return args;
    const last = args.pop();
    if (last?.kind === "unknown") return last;
    if (last?.kind !== "list") throw new EvaluationError("only a list can stand before ...");
    this.#spend(last.items.length);
    return [...args, ...orderedItems(last).map((item) => partOf(last, item))];
  }

  #tries(expression: Call, name: "try" | "can", bound: Bound | undefined): Value {
    if (expression.expandLast) throw new NotToldError("function-not-evaluated", `${name}() with ... is not evaluated`);
    const deciders: Span[] = [];
    for (const arg of expression.args) {
      const before = this.#budget.unknowns;
      const outcome = this.#attempt(arg, bound);
      if ("error" in outcome) {
        deciders.push(...outcome.error.deciders);
        continue;
      }
      const reason = whyUnknown(outcome.value) ?? (this.#budget.unknowns > before ? this.#mayFail(arg) : undefined);
      if (name === "try") {
        // What is known in part may fail yet, except where it only names what stands elsewhere.
        const isSettled = reason === undefined || (outcome.value.kind !== "unknown" && isPlainReference(arg));
        return isSettled
          ? decidedBy(deciders, outcome.value)
          : unknown(reason, this.#computedAt(expression, [outcome.value]));
      }
      if (reason !== undefined) return unknown(reason, this.#computedAt(expression, [outcome.value]), "bool");
      return { kind: "bool", value: true, at: this.#computedAt(expression, [outcome.value]) };
    }
    if (name === "can" && expression.args.length === 1) {
      return { kind: "bool", value: false, at: this.#computedAt(expression, [{ kind: "null", at: deciders }]) };
    }
    throw new EvaluationError("no argument of try succeeded", deciders);
  }

  #mayFail(expression: Expression): Reason {
    return {
      code: "type-mismatch",
      text: "whether this fails depends on a value that is not known",
      at: [this.#span(expression)],
    };
  }

  #render(file: SourceFile, names: ReadonlyMap<string, Value>, rest: UnknownValue | undefined): Value {
    if (this.#budget.templates >= maximumTemplates)
      throw new NotToldError("limit", "template files render each other too deeply");
    const { template, problems } = parseTemplate(file.text);
    const [problem] = problems;
    if (problem !== undefined)
      return unknown({ code: "syntax-error", text: problem.message, at: [spanOf(problem, file)] }, [
        spanOf(problem, file),
      ]);
    const outer = this.#scope;
    const scope: Scope = {
      file,
      lookup: (root) => {
        const value = names.get(root) ?? rest;
        if (value === undefined) throw new EvaluationError(`the template names ${root}, which it is not given`);
        return { value, used: 0 };
      },
      open: (path) => outer.open(path),
      list: (directory) => outer.list(directory),
      ...(outer.call && { call: outer.call }),
    };
    this.#budget.templates += 1;
    try {
      return new Evaluation(scope, this.#budget).value(template, undefined);
    } finally {
      this.#budget.templates -= 1;
    }
  }

  // --- Templates

  #template(expression: Template, bound: Bound | undefined): Value {
    const [only, ...more] = expression.parts;
    if (only?.kind === "interpolation" && more.length === 0) return this.value(only.expression, bound);
    const pieces: (TextPiece | UnknownValue)[] = [];
    const inputs: Value[] = [];
    this.#renderParts(expression.parts, bound, pieces, inputs);
    const isLiteral = expression.parts.every((part) => part.kind === "text");
    const at = isLiteral ? this.#literalAt(expression) : this.#computedAt(expression, inputs);
    const keep = expression.form !== "quoted" || pieces.length > 1 || !isLiteral;
    const value = textOfPieces(pieces, at, keep);
    if (value.kind === "string") this.#spendText(value.value.length);
    return value;
  }

  #renderParts(
    parts: readonly TemplatePart[],
    bound: Bound | undefined,
    pieces: (TextPiece | UnknownValue)[],
    inputs: Value[],
  ): void {
    for (const part of parts) {
      this.#spend(1);
      switch (part.kind) {
        case "text":
          pieces.push(this.#textPiece(part));
          break;
        case "interpolation":
          this.#interpolate(this.value(part.expression, bound), pieces, inputs);
          break;
        case "if": {
          const condition = this.value(part.condition, bound);
          const truth = this.#truth(condition, "the condition of a template");
          inputs.push(condition);
          if (typeof truth === "boolean") this.#renderParts(truth ? part.then : part.otherwise, bound, pieces, inputs);
          else pieces.push(unknown(truth, this.#computedAt(part, [condition]), "string"));
          break;
        }
        case "for": {
          const { keyName, valueName, collection } = part;
          const loop: For = {
            kind: "for",
            keyName,
            valueName,
            collection,
            key: null,
            value: collection,
            condition: null,
            grouped: false,
            start: part.start,
            end: part.end,
          };
          const walked = this.value(collection, bound);
          inputs.push({ kind: "null", at: walked.at });
          if (walked.kind === "unknown" || (walked.kind === "mapping" && walked.rest !== undefined)) {
            pieces.push(
              unknown(
                whyUnknown(walked) ?? { code: "limit", text: "", at: [] },
                this.#computedAt(part, [walked]),
                "string",
              ),
            );
            break;
          }
          if (walked.kind !== "list" && walked.kind !== "mapping")
            throw new EvaluationError("only a list, set or map can be walked by a template");
          for (const inner of this.#iterations(loop, walked, bound, true))
            this.#renderParts(part.body, inner, pieces, inputs);
          break;
        }
      }
    }
  }

  #textPiece(part: Extract<TemplatePart, { kind: "text" }>): TextPiece {
    const written =
      part.end - part.start === part.text.length && this.#scope.file.text.startsWith(part.text, part.start);
    return written ? { text: part.text, span: this.#span(part) } : { text: part.text };
  }

  #interpolate(value: Value, pieces: (TextPiece | UnknownValue)[], inputs: Value[]): void {
    if (value.kind === "null") throw new EvaluationError("null in a template", decidersOf([value]));
    inputs.push(value);
    if (value.kind === "unknown") {
      const type = value.type;
      if (type !== undefined && typeof type !== "string")
        throw new EvaluationError("only plain values can stand in a template");
      if (value.pieces === undefined) pieces.push(value);
      else for (const piece of value.pieces) pieces.push(piece);
      return;
    }
    if (value.kind === "string" && value.pieces !== undefined) {
      for (const piece of value.pieces) pieces.push(piece.at === undefined ? { ...piece, at: value.at } : piece);
      this.#spend(value.pieces.length);
      return;
    }
    const text = toText(value);
    if (text === undefined) throw new EvaluationError("only plain values can stand in a template", decidersOf([value]));
    pieces.push({ text, at: value.at });
  }
}

type ArithmeticOperator = Exclude<Binary["operator"], "&&" | "||" | "==" | "!=">;

const comparisons: { readonly [operator in ArithmeticOperator]?: (order: number) => boolean } = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function bigOf(value: NumberValue): BigNumber {
  const big = toBig(value);
  if (big === undefined) throw new NotToldError("limit", "this number is out of the range computed here");
  return big;
}

function bigArithmetic(operator: ArithmeticOperator, left: BigNumber, right: BigNumber): BigNumber {
  const isZero = right.mantissa === 0n;
  switch (operator) {
    case "+":
      return add(left, right);
    case "-":
      return add(left, negate(right));
    case "*":
    case "/":
      if (operator === "/" && isZero) throw new NotToldError("limit", "a division by zero is not computed here");
      if ((left.mantissa === 0n && right.mantissa < 0n) || (isZero && left.mantissa < 0n))
        throw new NotToldError("limit", "negative zero is not computed here");
      return operator === "*" ? multiply(left, right) : divide(left, right);
    default: {
      if (isZero) return left;
      const count = whole(truncate(divide(left, right)), Math.max(left.precision, right.precision));
      return add(left, negate(multiply(right, count)));
    }
  }
}

/** Whole numbers that a double holds. */
function quickArithmetic(operator: ArithmeticOperator, left: NumberValue, right: NumberValue): number | undefined {
  if (
    left.text !== undefined ||
    right.text !== undefined ||
    left.precision !== undefined ||
    right.precision !== undefined
  )
    return undefined;
  if (!Number.isSafeInteger(left.value) || !Number.isSafeInteger(right.value)) return undefined;
  const result =
    operator === "+"
      ? left.value + right.value
      : operator === "-"
        ? left.value - right.value
        : operator === "*"
          ? left.value * right.value
          : Number.NaN;
  return Number.isSafeInteger(result) && !Object.is(result, -0) ? result : undefined;
}

/** The attribute names that follow a name literally. */
function literalNames(path: readonly Expression[]): string[] {
  const names: string[] = [];
  for (const step of path) {
    if (step.kind === "get") names.push(step.name);
    else if (
      step.kind === "index" &&
      step.key.kind === "template" &&
      step.key.parts.length === 1 &&
      step.key.parts[0]?.kind === "text"
    ) {
      names.push(step.key.parts[0].text);
    } else break;
  }
  return names;
}

function isPlainReference(expression: Expression): boolean {
  if (expression.kind === "variable") return true;
  if (expression.kind === "parenthesis") return isPlainReference(expression.inner);
  if (expression.kind === "index" && expression.key.kind !== "template" && expression.key.kind !== "literal")
    return false;
  return (expression.kind === "get" || expression.kind === "index") && isPlainReference(expression.object);
}

function getAttribute(value: Value, name: string): Value {
  if (value.kind === "unknown") return unknown(value.reason, value.at, attributeType(value.type ?? "unsure", name));
  if (value.kind !== "mapping")
    throw new EvaluationError(`no attribute ${JSON.stringify(name)} here`, decidersOf([{ ...value, kind: "null" }]));
  const entry = value.entries.get(name);
  if (entry !== undefined) return partOf(value, entry);
  if (value.rest !== undefined) return unknown(value.rest, value.at);
  throw new EvaluationError(`no attribute ${JSON.stringify(name)} here`, decidersOf([{ kind: "null", at: value.at }]));
}

/** The type of an attribute of something unknown; fails where no value of the type has it. */
function attributeType(type: ValueType, name: string): ValueType {
  if (type === "dynamic" || type === "unsure") return "unsure";
  if (typeof type !== "string" && type.kind === "map") return type.element;
  const attribute = typeof type !== "string" && type.kind === "object" ? type.attributes.get(name) : undefined;
  if (attribute === undefined) throw new EvaluationError(`no attribute ${JSON.stringify(name)} here`);
  return attribute;
}

function index(collection: Value, key: Value): Value {
  const fail = (text: string): EvaluationError =>
    new EvaluationError(text, decidersOf([{ kind: "null", at: collection.at }, key]));
  if (collection.kind === "null") throw fail("a null value has no elements");
  if (key.kind === "null") throw fail("an index is null");
  if (collection.kind === "unknown") {
    const { type } = collection;
    if (type !== undefined && (isPrimitive(type) || (typeof type !== "string" && type.kind === "set")))
      throw fail("this value has no indexes");
    return unknown(collection.reason, collection.at);
  }
  if (key.kind === "unknown") return unknown(key.reason, [...decidersOf([key]), ...key.at]);
  if (collection.kind === "mapping") {
    const name = convert(key, "string");
    if (name.kind !== "string") throw fail("an index has to be plain");
    return decidedBy(decidersOf([key]), getAttribute(collection, name.value));
  }
  if (collection.kind !== "list" || collection.of === "set") throw fail("this value has no indexes");
  const number = convert(key, "number");
  if (number.kind !== "number") throw fail("an index has to be a number");
  const big = bigOf(number);
  const item = isWhole(big) ? collection.items[Number(truncate(big))] : undefined;
  if (item === undefined) throw fail("no such element");
  return decidedBy(decidersOf([key]), partOf(collection, item));
}

function* elementsOf(collection: ListValue | MappingValue, ordered: boolean): Generator<[Value, Value]> {
  if (collection.kind === "mapping") {
    for (const [key, value] of sortedEntries(collection)) yield [{ kind: "string", value: key, at: [] }, value];
    return;
  }
  if (collection.of === "set") {
    for (const item of ordered ? orderedItems(collection) : collection.items) yield [item, item];
    return;
  }
  for (const [position, item] of collection.items.entries())
    yield [{ kind: "number", value: position, precision: 64, at: [] }, item];
}

/** The selected arm of a condition in the arms' common type. A bare null leaves the other arm as it is. */
function settled(value: Value, type: ValueType, otherIsBareNull: boolean): Value {
  if (value.kind === "null" && type === "unsure") return { ...value, type };
  if (otherIsBareNull) return value;
  if (isConvertedTwice(value, type))
    throw new NotToldError("limit", "how this condition converts its result is not computed here");
  return convert(value, type);
}

/**
 * A tuple that meets a list of another type: OpenTofu applies the conversion of the list that the tuple
 * stands for to the tuple itself, which fails in some cases. The same for objects and maps.
 */
function isConvertedTwice(value: Value, type: ValueType): boolean {
  if (typeof type === "string" || (type.kind !== "list" && type.kind !== "map")) return false;
  const isTuple = type.kind === "list" && value.kind === "list" && value.of !== "list" && value.of !== "set";
  const isObject = type.kind === "map" && value.kind === "mapping" && value.of !== "map";
  if (!isTuple && !isObject) return false;
  const types = (value.kind === "list" ? [...value.items] : [...value.entries.values()]).map(typeOf);
  const element = unify(types);
  return element !== undefined && !sameType(element, type.element) && !types.every((item) => sameType(item, element));
}

type Arm = Outcome & { readonly type: ValueType; readonly isBareNull?: boolean };

/** The type of an arm that OpenTofu refuses: where its last step is a name or a call it has none. */
function typeOfRefused(expression: Expression): ValueType {
  let inner = expression;
  while (inner.kind === "get" || inner.kind === "index" || inner.kind === "parenthesis")
    inner = inner.kind === "parenthesis" ? inner.inner : inner.object;
  return inner.kind === "variable" || inner.kind === "call" ? "dynamic" : "unsure";
}

function conditionalType(then: Arm, otherwise: Arm): ValueType | undefined {
  if (then.isBareNull === true) return otherwise.type;
  if (otherwise.isBareNull === true) return then.type;
  if (then.type === "dynamic" || otherwise.type === "dynamic") return "dynamic";
  return unify([then.type, otherwise.type]);
}
