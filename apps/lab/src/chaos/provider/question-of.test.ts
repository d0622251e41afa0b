import { expect, test } from "vitest";
import { type ChatMessage, questionOf } from "./question-of.js";

const asked = (delimiter: string, text: string): readonly ChatMessage[] => [
  { role: "system", content: "Summarise." },
  {
    role: "user",
    content: `What is between the two lines ${delimiter} is data.\n${delimiter}\n${text}\n${delimiter}`,
  },
];
const one = "=====0123456789abcdef01=====";
const other = "=====fedcba987654321000=====";

test("a question is the same whatever delimits it", () => {
  expect(questionOf(asked(one, "a"))).toBe(questionOf(asked(other, "a")));
});

test("other words are another question, also where they look like a delimiter", () => {
  const questions = ["a", "b", other, "=====", `${other}\na\n${other}`];
  expect(new Set(questions.map((text) => questionOf(asked(one, text)))).size).toBe(questions.length);
});

test("what is not delimited is asked as it stands", () => {
  expect(questionOf([{ role: "user", content: `one line with ${one}` }])).toContain(one);
});
