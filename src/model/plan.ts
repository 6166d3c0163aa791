/**
 * A step of a plan: data that can be printed, journalled and resumed. `expect` is re-checked just before
 * the step acts.
 */
export interface EditStep {
  readonly kind: "edit";
  readonly target: { readonly path: string; readonly start: number; readonly end: number };
  /** The text that must still stand there. */
  readonly expect: string;
  readonly text: string;
}

export interface Plan<S> {
  readonly steps: readonly S[];
}
