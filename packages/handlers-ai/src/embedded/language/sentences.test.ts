import { describe, expect, it as test } from "vitest";
import { isCodeWord, isWholeSentence, splitSentences } from "./sentences.js";

describe("splitSentences", () => {
  test("does not cut inside names and versions", () => {
    expect(splitSentences("Express is a framework for Node.js. It needs v1.2 or later.")).toEqual([
      "Express is a framework for Node.js.",
      "It needs v1.2 or later.",
    ]);
  });

  test("does not cut behind abbreviations and initials", () => {
    expect(
      splitSentences("Use a store, e.g. Redis, i.e. Something fast. It was written by J. Smith."),
    ).toEqual(["Use a store, e.g. Redis, i.e. Something fast.", "It was written by J. Smith."]);
  });

  test("takes line breaks for spaces", () => {
    expect(splitSentences("One sentence\nover two lines. Another\r\n one.")).toEqual([
      "One sentence over two lines.",
      "Another one.",
    ]);
  });
});

describe("isWholeSentence", () => {
  test.each([
    "It parses the header of a request.",
    "“Fenced” means that a stale worker cannot write.",
    "これは文です。とても長い文です。",
    "2 workers never run the same job.",
  ])("accepts %s", (sentence) => {
    expect(isWholeSentence(sentence)).toBe(true);
  });

  test.each([
    ["no sign at the end", "It parses the header of a request"],
    ["no capital", "and parses the header of a request."],
    ["an open bracket", "It parses the header (of a request."],
    ["something announced that does not follow", "It supports several formats, such as:"],
    ["markup", "It parses the **header** of a request."],
    ["too few words", "Parses headers."],
    ["an address", "It is described at https://example.org/spec in detail."],
  ])("refuses one with %s", (_, sentence) => {
    expect(isWholeSentence(sentence)).toBe(false);
  });

  test("lets a name stand small at the beginning", () => {
    expect(isWholeSentence("drizzle-orm maps rows to objects.", isCodeWord)).toBe(true);
  });
});
