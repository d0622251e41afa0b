import type { Random } from "@sluice/core";
import { createSeededRandom } from "@sluice/runner/testing";

/** Chance that comes from a seed. */
export interface Chance extends Random {
  /** A stream of its own: what is drawn from it changes nothing for others. */
  fork(name: string): Chance;
  isTrue(probability: number): boolean;
  between(min: number, max: number): number;
  /** Both bounds included. */
  whole(min: number, max: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** The gap between two events that come at any time, `meanMs` apart on average. */
  gapMs(meanMs: number): number;
}

export function createChance(seed: number | string): Chance {
  const { fraction } = createSeededRandom(hash(String(seed)));
  const whole = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    fork: (name) => createChance(`${seed}/${name}`),
    isTrue: (probability) => fraction() < probability,
    between: (min, max) => min + fraction() * (max - min),
    whole,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    gapMs: (meanMs) => Math.ceil(-Math.log(1 - fraction()) * meanMs),
  };
}

/** FNV-1a: neighbouring seeds must not give neighbouring streams. */
function hash(text: string): number {
  let mixed = 0x811c9dc5;
  for (const char of text) mixed = Math.imul(mixed ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return mixed;
}
