import { expect, test } from "vitest";
import { isPassing, replay } from "./replay.js";

const withCode = (code: string) => Object.assign(new Error(code), { code });

/** Fails with each of these codes in turn, then succeeds. */
function failing(...codes: readonly string[]) {
  let tries = 0;
  const work = async () => {
    tries += 1;
    const code = codes[tries - 1];
    if (code !== undefined) throw withCode(code);
    return tries;
  };
  return { work, tries: () => tries };
}

test("what was given up for a reason that passes is done again, five times at most", async () => {
  expect(await replay(failing("40001", "40P01", "55P03").work)).toBe(4);
  const hopeless = failing(...Array.from({ length: 9 }, () => "40001"));
  await expect(replay(hopeless.work)).rejects.toThrow("40001");
  expect(hopeless.tries()).toBe(5);
});

test("what would fail again is not done again, nor what may have been written, unless that is no matter", async () => {
  const refused = failing("23505");
  await expect(replay(refused.work, isPassing)).rejects.toThrow("23505");
  expect(refused.tries()).toBe(1);
  await expect(replay(failing("08006").work)).rejects.toThrow("08006");
  expect(await replay(failing("08006", "57P01", "53100", "25006").work, isPassing)).toBe(5);
});

test("no try begins when the time is over", async () => {
  const late = failing("40001");
  await expect(replay(late.work, isPassing, { withinMs: -1 })).rejects.toThrow("40001");
  expect(late.tries()).toBe(1);
});
