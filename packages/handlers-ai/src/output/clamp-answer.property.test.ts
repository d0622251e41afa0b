import { checkJson, OutputInvalidError } from "@sluice/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { clampSummary, clampTopics } from "./clamp-answer.js";

const text = fc.string({ unit: "binary", maxLength: 2_000 });
const keywords = fc.array(text);
const messageNumber = fc.option(fc.oneof(fc.integer({ min: -3, max: 12 }), fc.double()));
const topic = fc.record({
  summary: text,
  keywords,
  purpose: text,
  fromMessage: messageNumber,
  toMessage: messageNumber,
});

function unlessUnusable<Clamped>(clamp: () => Clamped): Clamped | null {
  try {
    return clamp();
  } catch (error) {
    if (error instanceof OutputInvalidError) return null;
    throw error;
  }
}

test("a clamped summary is within our limits, and storable", () => {
  fc.assert(
    fc.property(fc.record({ summary: text, keywords }), (answer) => {
      const clamped = unlessUnusable(() => clampSummary(answer));
      if (clamped === null) return;
      expect(clamped.summary.length).toBeGreaterThan(0);
      expect(clamped.keywords.length).toBeLessThanOrEqual(5);
      expect(new Set(clamped.keywords.map((keyword) => keyword.toLowerCase())).size).toBe(
        clamped.keywords.length,
      );
      expect(checkJson(clamped).ok).toBe(true);
    }),
  );
});

test("clamped topics are at most three, on messages that exist, in order, without overlap", () => {
  fc.assert(
    fc.property(
      fc.array(topic, { maxLength: 6 }),
      fc.integer({ min: 0, max: 10 }),
      (topics, messageCount) => {
        const clamped = unlessUnusable(() => clampTopics({ topics }, messageCount));
        if (clamped === null) return;
        expect(clamped.topics.length).toBeLessThanOrEqual(3);
        let next = 0;
        for (const { fromMessage, toMessage, ...rest } of clamped.topics) {
          expect(Number.isInteger(fromMessage) && Number.isInteger(toMessage)).toBe(true);
          expect(fromMessage).toBeGreaterThanOrEqual(next);
          expect(toMessage).toBeGreaterThanOrEqual(fromMessage);
          expect(toMessage).toBeLessThan(messageCount);
          expect(rest.keywords.length).toBeLessThanOrEqual(5);
          expect(rest.purpose).not.toBe("");
          next = toMessage + 1;
        }
        expect(checkJson(clamped).ok).toBe(true);
      },
    ),
  );
});

test("topics are refused only if none of them says anything", () => {
  fc.assert(
    fc.property(
      fc.array(topic, { maxLength: 6 }),
      fc.integer({ min: 1, max: 10 }),
      (topics, messageCount) => {
        const isUnusable = unlessUnusable(() => clampTopics({ topics }, messageCount)) === null;
        expect(isUnusable).toBe(topics.every(({ summary }) => summary.trim() === ""));
      },
    ),
  );
});
