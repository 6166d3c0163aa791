/** Numbers that only the seed decides, so that two runs measure the same files. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** Mulberry32: short, fast and even enough to fill files. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return { between, pick: (list) => list[between(0, list.length - 1)] ?? list[0] };
}

/** Deals the names by their weights: over `total` cards each comes as often as its share says, in mixed order. */
export function dealt<T>(weights: readonly (readonly [T, number])[], total: number, random: Random): readonly T[] {
  const sum = weights.reduce((all, [, weight]) => all + weight, 0);
  let upTo = 0;
  const cards = weights.flatMap(([name, weight]) => {
    const from = Math.round((upTo / sum) * total);
    upTo += weight;
    return Array.from({ length: Math.round((upTo / sum) * total) - from }, () => name);
  });
  for (let last = cards.length - 1; last > 0; last -= 1) {
    const other = random.between(0, last);
    const [a, b] = [cards[last], cards[other]];
    if (a !== undefined && b !== undefined) [cards[last], cards[other]] = [b, a];
  }
  return cards;
}
