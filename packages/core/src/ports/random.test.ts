import fc from "fast-check";
import { expect, test } from "vitest";
import { randomNonce } from "./random.js";

test("a nonce is a whole number of 53 bits", () => {
  expect(randomNonce({ fraction: () => 0 })).toBe(0);
  expect(randomNonce({ fraction: () => 1 - 2 ** -53 })).toBe(Number.MAX_SAFE_INTEGER);
});

test("its high and its low half come from different draws", () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fraction, fraction, (high, low) => {
      const draws = [high, low];
      const nonce = randomNonce({ fraction: () => draws.shift() ?? 0 });
      expect(Number.isSafeInteger(nonce)).toBe(true);
      expect(Math.floor(nonce / 2 ** 27)).toBe(Math.floor(high * 2 ** 26));
      expect(nonce % 2 ** 27).toBe(Math.floor(low * 2 ** 27));
    }),
  );
});
