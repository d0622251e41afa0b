import fc from "fast-check";
import { expect, test } from "vitest";
import { ownWords } from "./own-words.js";

test.each([
  ["The model `gpt-99` does not exist", "The model `` does not exist"],
  ['model "x" not found, try pulling it first', 'model "" not found, try pulling it first'],
  ["Invalid value: 'it's our payment is required' in input[1]", "Invalid value: '' in input[1]"],
  ["[{'msg': 'bad', 'input': 'The model foo is not found'}]", "[{'msg': 'bad', '': ''}]"],
  ['{"error": {"message": "no credits"}}', '{"error": {"message": "no credits"}}'],
  ["You've used the credit; it's gone, isn't it", "You've used the credit; it's gone, isn't it"],
  ['"insufficient credits"', '"insufficient credits"'],
])("%s", (message, own) => {
  expect(ownWords(message)).toBe(own);
});

test("nothing in quotes is taken for the provider's own words, whatever it is", () => {
  fc.assert(
    fc.property(fc.constantFrom("'", '"', "`"), fc.string({ minLength: 1 }), (quote, text) => {
      fc.pre(!text.includes(quote));
      expect(ownWords(`Invalid value: ${quote}${text}${quote} in the request`)).toBe(
        `Invalid value: ${quote}${quote} in the request`,
      );
    }),
  );
});

test.each(["'", "' ", " '", "'a", " 'a'b"])("quotes without an end are read in no time: %j", (piece) => {
  const text = piece.repeat(4_000 / piece.length);
  expect(ownWords(text).length).toBeLessThanOrEqual(text.length);
});
