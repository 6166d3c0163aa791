import type { SourceFile } from "../../model/source.ts";
import type { Value } from "../value.ts";
import { evaluate } from "./evaluate.ts";
import { attribute, type PlacedBlock, type PlacedExpression } from "./module.ts";
import { notRepeated, type Repetition } from "./repetition.ts";
import type { Scope } from "./scope.ts";

/** Gives the values of expressions of a module: an instance of it, or one with further names in scope. */
export abstract class Evaluator {
  abstract scope(file: SourceFile, repetition: Repetition): Scope;

  evaluate(placed: PlacedExpression, repetition: Repetition = notRepeated): Value {
    return evaluate(placed.expression, this.scope(placed.source, repetition));
  }

  /** The value of a block's attribute; `undefined` where it is not written. */
  attribute(placed: PlacedBlock, name: string, repetition: Repetition = notRepeated): Value | undefined {
    const found = attribute(placed, name);
    return found && this.evaluate(found, repetition);
  }

  /** The same with one more name in scope, such as the iterator of a `dynamic` block. */
  withVariable(name: string, value: Value): Evaluator {
    return new EvaluatorWithVariable(this, name, value);
  }
}

class EvaluatorWithVariable extends Evaluator {
  readonly #outer: Evaluator;
  readonly #name: string;
  readonly #value: Value;

  constructor(outer: Evaluator, name: string, value: Value) {
    super();
    this.#outer = outer;
    this.#name = name;
    this.#value = value;
  }

  override scope(file: SourceFile, repetition: Repetition): Scope {
    const outside = this.#outer.scope(file, repetition);
    return {
      ...outside,
      lookup: (root, names) => (root === this.#name ? { value: this.#value, used: 0 } : outside.lookup(root, names)),
    };
  }
}
