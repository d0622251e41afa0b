import { expect, test } from "vitest";
import { parseMail } from "./read-mail.js";
import { toThreads } from "./read-threads.js";

const mail = (id: string, answers: readonly string[] = []) => ({ id, answers, speaker: "ann", text: id });

test("mails that answer one another are a thread, also when the first is missing or the last came early", () => {
  const threads = toThreads([
    mail("c", ["b"]),
    mail("a"),
    mail("b", ["a"]),
    mail("x", ["lost"]),
    mail("y", ["lost"]),
    mail("z"),
  ]);
  expect(threads.map((thread) => thread.map(({ id }) => id))).toEqual([["c", "a", "b"], ["x", "y"], ["z"]]);
});

test("a mail that is there twice, or answers itself, is one mail", () => {
  expect(toThreads([mail("a", ["a"]), mail("a")]).map(({ length }) => length)).toEqual([1]);
});

test("a mail is read with its folded headers; what is not plain text is left out", () => {
  const head = 'Message-Id: <2@x>\nReferences: <0@x>\n\t<1@x>\nFrom: "Ann B" <ann@x>\n';
  expect(parseMail(`${head}\nHello.\n\nBye.\n`)).toEqual({
    id: "<2@x>",
    answers: ["<0@x>", "<1@x>"],
    speaker: "Ann B",
    text: "Hello.\n\nBye.",
  });
  expect(parseMail(`${head}Content-Type: text/html\n\n<p>`)).toBeNull();
  expect(parseMail("From: ann\n\nHello")).toBeNull();
});
