import type { Random } from "@sluice/core";

const pool = new Uint32Array(256);
let next = pool.length;

function word(): number {
  if (next >= pool.length) {
    crypto.getRandomValues(pool);
    next = 0;
  }
  const value = pool[next] ?? 0;
  next += 1;
  return value;
}

/** The platform's cryptographic source, 53 bits at a time; filled in bulk, since each call into it costs a microsecond. */
export const systemRandom: Random = {
  fraction: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
};
