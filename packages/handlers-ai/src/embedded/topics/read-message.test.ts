import { expect, test } from "vitest";
import { readMessage } from "./read-message.js";

test.each([
  ["a quoted reply", "Yes.\n\n\n> Shall we?\n  | table\n\nOn Monday.", "Yes.\n\nOn Monday."],
  [
    "a forwarded message's head",
    "See below.\n\n-----Original Message-----\nFrom: Ann\n\nTo: Bob\n\nThe gate is open.",
    "See below.\n\nThe gate is open.",
  ],
  ["a list", "Two things:\n\n\n- the gate:\n 2. the key.", "Two things:\n\nthe gate.\n\nthe key."],
  ["a stack trace", "It fails.\r\n\r\n   at run (a.js:1:2)\r\nAgain.", "It fails.\n\nAgain."],
  ["a link, whose address has brackets", "See [the gate](https://a.b/c_(d)) now.", "See the gate now."],
  ["a picture, and a link", "![badge](https://a.b/c.svg) Hello, [you](https://a.b).", "Hello, you."],
  ["lines of another kind", "Yes.\u2028> Shall we?\u2029No.", "Yes.\n\nNo."],
])("%s is read as its sender meant it", (_, text, read) => {
  expect(readMessage(text, 8_000)).toBe(read);
});

const length = 1_000_000;

test.each([
  "\n",
  "\u2028",
  "\r",
  "\n \n",
  " ",
  "\u6c34",
  "[",
  "![",
  "[a](",
  "![a](b(",
  "<a",
  "- ",
  "-\n",
  "wrote:\n",
  "  at x\n",
  "Original Message\n\n\nA-b:\n",
  "```\n",
  "*a",
])("a message of a million characters is read in no time: %j, over and over", (piece) => {
  // Nothing is measured: work that grows with the square of the length would run into the test's own limit.
  const text = `${piece.repeat(length / piece.length)}x`;
  expect(readMessage(text, text.length).length).toBeLessThanOrEqual(2 * text.length);
});
