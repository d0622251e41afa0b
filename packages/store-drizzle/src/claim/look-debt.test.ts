import { expect, test } from "vitest";
import { LookDebt } from "./look-debt.js";

function createDebt() {
  let nowMs = 0;
  const debt = new LookDebt(() => nowMs);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { debt, pass };
}

test("nothing is owed before a claim has brought jobs, however much time passes", () => {
  const { debt, pass } = createDebt();
  expect(debt.isDue).toBe(false);
  pass(60_000);
  expect(debt.isDue).toBe(false);
});

test("a claim that brought fewer than were asked for owes a look at once, until it is made", () => {
  const { debt, pass } = createDebt();
  debt.noteClaim({ isFilled: false });
  expect(debt.isDue).toBe(true);
  debt.notePaid();
  pass(60_000);
  expect(debt.isDue).toBe(false);
});

test("while every claim is filled, a look is due once a second, counted from the first of them", () => {
  const { debt, pass } = createDebt();
  for (let claims = 0; claims < 10; claims++) {
    debt.noteClaim({ isFilled: true });
    expect(debt.isDue).toBe(false);
    pass(100);
  }
  expect(debt.isDue).toBe(true);
  debt.notePaid();
  debt.noteClaim({ isFilled: true });
  expect(debt.isDue).toBe(false);
});
