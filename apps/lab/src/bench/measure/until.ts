import { setTimeout as sleep } from "node:timers/promises";

/** Looks again and again. Fails when it has not come true within `limitMs`. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean>,
  { limitMs, everyMs }: { readonly limitMs: number; readonly everyMs: number },
): Promise<void> {
  const startedAtMs = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedAtMs > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await sleep(everyMs);
  }
}
