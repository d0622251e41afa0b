import type { Random } from "@sluice/core";

/** Chance that can be repeated: SplitMix32, two words per fraction. */
export function createSeededRandom(seed: number): Random {
  let state = seed | 0;
  function word(): number {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }
  return { fraction: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53 };
}
