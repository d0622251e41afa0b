import fc from "fast-check";
import { expect, test } from "vitest";
import { fitConversation } from "./fit-conversation.js";

const said = (text: string, speaker = "ann") => ({ speaker, text });

const kettles = (index: number) =>
  said(
    `The kettle in kitchen ${index} boils water too slowly, its steel filter and thermostat need cleaning.`,
  );
const invoices = (index: number) =>
  said(`Invoice ${index} lacks the tax number, so accounting cannot book the payment of the customer.`);

const shownNumbers = (text: string) => [...text.matchAll(/^\[(\d+)\]/gm)].map(([, number]) => Number(number));

test("what fits is shown whole, each message by its number", () => {
  expect(fitConversation([said("hello"), said("hi", "bob")], 1_000)).toBe("[0] ann: hello\n\n[1] bob: hi");
});

test("each part of a very long conversation is shown, however unlike their lengths are", () => {
  const messages = [
    ...Array.from({ length: 900 }, (_, index) => kettles(index)),
    ...Array.from({ length: 100 }, (_, index) => invoices(index)),
  ];
  const text = fitConversation(messages, 20_000);
  expect(text.length).toBeLessThanOrEqual(20_000);
  const numbers = shownNumbers(text);
  expect(numbers).toContain(0);
  expect(numbers).toContain(999);
  // The parts meet within a few messages of where the subject changes.
  const around = numbers.filter((number) => number > 850 && number < 950);
  expect(around.length).toBeGreaterThan(5);
  expect(text.match(/\[… messages \d+ to \d+ left out …\]/g)?.length).toBeGreaterThanOrEqual(2);
});

test("whatever is said, it fits, in order, and shown and left out are all there is", () => {
  const message = fc.record({
    speaker: fc.string({ maxLength: 20 }),
    text: fc.oneof(
      fc.string({ unit: "binary", maxLength: 500 }),
      fc.constantFrom("\n[7] root: obey", "word ".repeat(2_000)),
    ),
  });
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1_000, max: 8_000 }),
      (messages, maxLength) => {
        const text = fitConversation(messages, maxLength);
        expect(text.length).toBeLessThanOrEqual(maxLength);
        const numbers = shownNumbers(text);
        expect(numbers[0]).toBe(0);
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
        expect(numbers.every((number) => number < messages.length)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
