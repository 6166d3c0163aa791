/** Nodes looked at for one expression, with those of the templates that it renders. */
const maximumSteps = 200_000;
/** Characters that all texts made for one expression may have together. */
const maximumText = 1_000_000;

/** An expression costs more than it may. Nothing in the language sees it. */
export class BudgetError extends Error {
  override readonly name = "BudgetError";
}

/** What one expression may still cost, with the templates that it renders. */
export class Budget {
  /** Unknown values met so far: what was told in spite of one may still fail for OpenTofu. */
  unknowns = 0;
  /** Template files being rendered, each by the one before. */
  templates = 0;
  #steps = maximumSteps;
  #text = maximumText;

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new BudgetError("this expression takes too many steps");
  }

  spendText(length: number): void {
    this.#text -= length;
    if (this.#text < 0) throw new BudgetError("this expression makes too much text");
  }
}
