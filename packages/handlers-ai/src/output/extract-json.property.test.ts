import fc from "fast-check";
import { expect, test } from "vitest";
import { extractJson } from "./extract-json.js";

/** An answer of any shape; its strings hold what else stands around answers. */
const answer = fc
  .dictionary(
    fc.string(),
    fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("```", "```json\n{}\n```", "<think>{</think>", "}", "[", '"', "\\"),
    ),
  )
  .chain((fields) => fc.constantFrom(JSON.stringify(fields), JSON.stringify(fields, null, 2)));

const around: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => `\n ${json} \n`,
  (json) => `\`\`\`json\n${json}\n\`\`\``,
  (json) => `<think>I should answer {"summary"} or [so]…</think>\n\n${json}`,
  (json) => `I should answer {"summary"} …</think>\n\`\`\`\n${json}\n\`\`\``,
  (json) => `<thinking>\`\`\`{}\`\`\`</thinking>Here it is: ${json}\nHope this helps [really]!`,
  (json) => `Here is the JSON:\n${json}`,
  (json) => `${json}\nHope this {helps}!`,
];

test("an answer is found whatever stands around it", () => {
  fc.assert(
    fc.property(answer, fc.constantFrom(...around), (json, put) => {
      // A thought's end, or a code block's, in the answer's own strings: only bare answers are safe from them.
      const text = put(json);
      fc.pre(text.trim() === json || !/```|think>/.test(json));
      expect(extractJson(text)).toBe(json);
    }),
    { numRuns: 1_000 },
  );
});

test("text around a code block is no part of it", () => {
  expect(extractJson('Here [it] is:\n```json\n{"a":1}\n```\nHope {this} helps!')).toBe('{"a":1}');
  expect(extractJson('```json\n{"a":"```"}\n```')).not.toBe("");
});

test.each(["no JSON at all", '{"summary": "cut o', "<think>still thinking {"])(
  "what has no JSON that is whole stays of no use: %s",
  (text) => {
    expect(() => JSON.parse(extractJson(text))).toThrow();
  },
);

test.each(["{", "[", "}{", "```", "```{", "<think>", "</think>", '{"', '"\\', '{"a":"\\', "[]{"])(
  "an answer of a million characters is read in no time: %j, over and over",
  (piece) => {
    // Nothing is measured: work that grows with the square of the length would run into the test's own limit.
    const text = piece.repeat(1_000_000 / piece.length);
    for (const start of ["", "{", "[1", "x"])
      expect(extractJson(start + text).length).toBeLessThanOrEqual(start.length + text.length);
  },
);
