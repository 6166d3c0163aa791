/**
 * Syntax of HCL (native syntax) as this product needs it. Offsets are UTF-16 units into the file's
 * text. The tree is plain data: no parent links, no reference to the file.
 */
export interface Node {
  readonly start: number;
  readonly end: number;
}

export interface Body extends Node {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

export interface Attribute extends Node {
  readonly name: string;
  readonly nameEnd: number;
  readonly value: Expression;
}

export interface Block extends Node {
  readonly type: string;
  readonly labels: readonly string[];
  /** End of the header: just after the last label. */
  readonly headerEnd: number;
  readonly body: Body;
}

export type Expression =
  | Literal
  | Template
  | Variable
  | GetAttribute
  | Index
  | Splat
  | Call
  | Conditional
  | Unary
  | Binary
  | Tuple
  | ObjectCons
  | For
  | Parenthesis
  | Invalid;

/** `1.5`, `true`, `null`. Quoted text is a {@link Template}, also where it has no interpolation. */
interface Literal extends Node {
  readonly kind: "literal";
  readonly value: number | boolean | null;
  /** The digits of a number as written. */
  readonly text: string;
}

/** A quoted string or a heredoc. */
export interface Template extends Node {
  readonly kind: "template";
  readonly form: "quoted" | "heredoc" | "indented heredoc";
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart = TemplateText | Interpolation | TemplateIf | TemplateFor;

/** Literal text with escapes resolved, and for an indented heredoc with the common indent removed. */
interface TemplateText extends Node {
  readonly kind: "text";
  readonly text: string;
}
export interface Interpolation extends Node {
  readonly kind: "interpolation";
  readonly expression: Expression;
}
/** `%{ if }`; strip markers (`~`) are already applied to the neighbouring text. */
interface TemplateIf extends Node {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: readonly TemplatePart[];
  readonly otherwise: readonly TemplatePart[];
}
interface TemplateFor extends Node {
  readonly kind: "for";
  readonly keyName: string | null;
  readonly valueName: string;
  readonly collection: Expression;
  readonly body: readonly TemplatePart[];
}

/** The root name of a traversal: `var`, `local`, `each`, a resource type, a `for` variable. */
export interface Variable extends Node {
  readonly kind: "variable";
  readonly name: string;
}
interface GetAttribute extends Node {
  readonly kind: "get";
  readonly object: Expression;
  readonly name: string;
}
/** `a[b]`, and the legacy `a.0`. */
interface Index extends Node {
  readonly kind: "index";
  readonly object: Expression;
  readonly key: Expression;
}
/** `a[*].b`, `a.*.b`: `each` is applied to an element, which it names by the variable `""`. */
export interface Splat extends Node {
  readonly kind: "splat";
  readonly object: Expression;
  readonly each: Expression;
  /** `a.*`: indexing after it applies to the resulting list, not to the element. */
  readonly attributeOnly: boolean;
}
export interface Call extends Node {
  readonly kind: "call";
  /** With `provider::x::y` whole. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** `f(list...)`. */
  readonly expandLast: boolean;
}
export interface Conditional extends Node {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}
export interface Unary extends Node {
  readonly kind: "unary";
  readonly operator: "-" | "!";
  readonly operand: Expression;
}
export interface Binary extends Node {
  readonly kind: "binary";
  readonly operator: "||" | "&&" | "==" | "!=" | ">" | ">=" | "<" | "<=" | "+" | "-" | "*" | "/" | "%";
  readonly left: Expression;
  readonly right: Expression;
}
interface Tuple extends Node {
  readonly kind: "tuple";
  readonly items: readonly Expression[];
}
export interface ObjectCons extends Node {
  readonly kind: "object";
  readonly items: readonly ObjectItem[];
}
export interface ObjectItem {
  /** A bare name (`a = 1`) is a template with one text, as HCL reads it; `(a) = 1` is a parenthesis. */
  readonly key: Expression;
  readonly value: Expression;
}
export interface For extends Node {
  readonly kind: "for";
  readonly keyName: string | null;
  readonly valueName: string;
  readonly collection: Expression;
  /** `null` for a tuple result. */
  readonly key: Expression | null;
  readonly value: Expression;
  readonly condition: Expression | null;
  /** `{ for ... : k => v... }`. */
  readonly grouped: boolean;
}
interface Parenthesis extends Node {
  readonly kind: "parenthesis";
  readonly inner: Expression;
}
/** Stands where an expression did not parse; evaluates to unknown. */
export interface Invalid extends Node {
  readonly kind: "invalid";
  readonly message: string;
}

/** A place that did not parse. What stands outside of it was read. */
export interface SyntaxProblem extends Node {
  readonly message: string;
  /** `depth`: nested deeper than {@link maximumDepth}. */
  readonly kind: "syntax" | "depth";
}

export interface ParsedBody {
  readonly body: Body;
  readonly problems: readonly SyntaxProblem[];
}

/** Brackets, blocks, operators and interpolations may nest this deep; deeper parts are not read. */
export const maximumDepth = 200;
