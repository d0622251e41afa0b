import { expect, test } from "vitest";
import { Agenda } from "./agenda.js";
import { seededRandom } from "./seeded-random.js";

test("what was asked for comes in the order of time, and of asking where the time is the same", () => {
  const random = seededRandom(1);
  const asked = Array.from({ length: 2_000 }, (_, what) => ({ at: Math.floor(random() * 300), what }));
  const agenda = new Agenda<number>();
  for (const { at, what } of asked) agenda.add(at, what);
  const happened: { at: number; what: number }[] = [];
  for (let next = agenda.next(); next !== undefined; next = agenda.next()) {
    happened.push({ at: next.at, what: next.what });
  }
  expect(happened).toEqual(asked.toSorted((one, other) => one.at - other.at || one.what - other.what));
});
