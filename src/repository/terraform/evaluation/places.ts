import type { SourceFile } from "../../../model/source.ts";
import type { Span } from "../../../model/span.ts";
import type { Node } from "../../hcl/syntax.ts";
import { computedAt } from "../../provenance.ts";
import type { Value } from "../../value.ts";
import type { Evaluation } from "./evaluation.ts";

export function spanOf(node: Node, file: SourceFile): Span {
  return { file: file.id, start: node.start, end: node.end };
}

/** Where a node of the expression stands. */
export function placeOf(node: Node, { scope }: Evaluation): Span {
  return spanOf(node, scope.file);
}

/** Where a value comes from that the node writes out. */
export function literalAt(node: Node, { scope }: Evaluation): readonly Span[] {
  return [{ file: scope.file.id, start: node.start, end: node.end, role: "literal" }];
}

/** Where a value comes from that the node makes of others. */
export function madeAt(node: Node, inputs: readonly Value[], evaluation: Evaluation): readonly Span[] {
  return computedAt(placeOf(node, evaluation), inputs);
}
