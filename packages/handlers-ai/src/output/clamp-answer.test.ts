import { checkJson, OutputInvalidError } from "@sluice/core";
import { expect, test } from "vitest";
import { clampSummary, clampTopics } from "./clamp-answer.js";
import type { TopicsAnswer } from "./wire-schemas.js";

const topic = (
  fromMessage: number | null,
  toMessage: number | null,
  summary = "talk",
): TopicsAnswer["topics"][number] => ({
  summary,
  keywords: ["a", "b", "c"],
  purpose: "question",
  fromMessage,
  toMessage,
});

const rangesOf = (answer: TopicsAnswer, messageCount: number) =>
  clampTopics(answer, messageCount).topics.map(({ fromMessage, toMessage }) => [fromMessage, toMessage]);

test("keywords are trimmed, told apart without case, and at most five", () => {
  const { keywords } = clampSummary({
    summary: "x",
    keywords: [" Date ", "date", "", "ISO 8601", "a\nb", "parse", "time", "zone"],
  });
  expect(keywords).toEqual(["Date", "ISO 8601", "a b", "parse", "time"]);
});

test("a summary is one line, not endless, and never cut inside a character", () => {
  const { summary } = clampSummary({ summary: `  Parses\n dates.  ${"🙂".repeat(2_000)}`, keywords: [] });
  expect(summary).toMatch(/^Parses dates\. 🙂+\uFFFD?…$/u);
  expect(summary.length).toBeLessThanOrEqual(1_000);
  expect(checkJson(summary).ok).toBe(true);
});

test("an empty summary is no answer", () => {
  expect(() => clampSummary({ summary: " \n ", keywords: ["x"] })).toThrow(OutputInvalidError);
});

test("ranges are kept as they are when they are right", () => {
  expect(rangesOf({ topics: [topic(0, 3), topic(4, 9)] }, 10)).toEqual([
    [0, 3],
    [4, 9],
  ]);
});

test("topics in the wrong order are put into the order of the conversation", () => {
  expect(rangesOf({ topics: [topic(5, 9), topic(0, 4)] }, 10)).toEqual([
    [0, 4],
    [5, 9],
  ]);
});

test.each([
  ["ends the wrong way round", topic(7, 3), [3, 7]],
  ["beyond the end", topic(5, 99), [5, 9]],
  ["before the begin", topic(-4, 2), [0, 2]],
  ["fractions", topic(1.4, 2.6), [1, 3]],
  ["no end", topic(4, null), [4, 9]],
  ["no begin", topic(null, 4), [0, 4]],
])("%s", (_, given, range) => {
  expect(rangesOf({ topics: [given] }, 10)).toEqual([range]);
});

test("an overlap goes to the earlier topic; a topic without messages of its own is dropped", () => {
  expect(rangesOf({ topics: [topic(0, 6), topic(4, 9), topic(2, 5)] }, 10)).toEqual([
    [0, 6],
    [7, 9],
  ]);
});

test("empty topics do not take the place of full ones", () => {
  const topics = [topic(0, 0, ""), topic(0, 1), topic(2, 3), topic(4, 5)];
  expect(rangesOf({ topics }, 6)).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
});

test("a topic without a purpose informs", () => {
  expect(clampTopics({ topics: [{ ...topic(0, 0), purpose: " " }] }, 1).topics[0]?.purpose).toBe(
    "information",
  );
});

test("a conversation without messages has no topics; one with messages has", () => {
  expect(clampTopics({ topics: [topic(0, 0)] }, 0).topics).toEqual([]);
  expect(() => clampTopics({ topics: [] }, 3)).toThrow(OutputInvalidError);
});
