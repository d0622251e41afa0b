import { describe, expect, test } from "vitest";
import { readConversations } from "./read-conversations.js";

const isExpected = true;
const read = (text: string, path = "a.json") => readConversations(path, text, isExpected);
const contentOf = (value: unknown) => {
  const [event] = read(JSON.stringify(value));
  return event?.kind === "target" ? event.target.content : event;
};
const hello = { type: "conversation", title: null, messages: [{ speaker: "user", text: "Hello" }] };

describe("formats", () => {
  test("OpenAI's: roles, names, parts; what has no text is left out", () => {
    const value = {
      title: " A talk ",
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", name: "Ann", content: "Hello" },
        { role: "assistant", content: null, tool_calls: [{ id: "1" }] },
        {
          role: "user",
          content: [{ type: "text", text: "Look:" }, { type: "image_url" }, { type: "text", text: "?" }],
        },
      ],
    };
    expect(contentOf(value)).toEqual({
      type: "conversation",
      title: "A talk",
      messages: [
        { speaker: "system", text: "Be kind." },
        { speaker: "Ann", text: "Hello" },
        { speaker: "user", text: "Look:\n?" },
      ],
    });
  });

  test("the simple one, with and without a title, and bare messages of OpenAI's", () => {
    expect(contentOf({ messages: [{ speaker: "user", text: "Hello" }] })).toEqual(hello);
    expect(contentOf([{ speaker: "user", text: "Hello" }])).toEqual(hello);
    expect(contentOf([{ role: "user", content: "Hello" }])).toEqual(hello);
  });

  test("several in an array: by their own ids, else by number", () => {
    const messages = hello.messages;
    const events = read(JSON.stringify([{ id: "x", messages }, { messages }, { id: "x", messages }]));
    expect(events.map((event) => event.kind === "target" && event.target.ref)).toEqual([
      { type: "conversation", id: "a.json#x" },
      { type: "conversation", id: "a.json#2" },
      { type: "conversation", id: "a.json#x~2" },
    ]);
  });

  test("one per line, or one message per line", () => {
    const message = '{"role":"user","content":"Hello"}';
    expect(read(`{"messages":[${message}]}\n\n{"messages":[${message}]}\n`, "a.jsonl")).toHaveLength(2);
    expect(read(`${message}\r\n${message}\r\n`, "a.jsonl")).toMatchObject([
      { target: { ref: { id: "a.jsonl" }, content: { messages: [{ text: "Hello" }, { text: "Hello" }] } } },
    ]);
  });

  test("what Postgres cannot store is replaced", () => {
    expect(read('[{"speaker":"a\\u0000","text":"x\\ud800y\\ud83d\\ude00"}]')).toMatchObject([
      { target: { content: { messages: [{ speaker: "a\uFFFD", text: "x\uFFFDy😀" }] } } },
    ]);
  });
});

describe("what is no conversation", () => {
  test("says where it is not JSON", () => {
    expect(read('{\n  "messages": [\n    {"role": }\n]}')).toEqual([
      {
        kind: "skipped",
        path: "a.json",
        reason: "invalid_json",
        message: "a.json is not JSON at line 3, column 14 (offset 31)",
      },
    ]);
    expect(read('{"messages": [')).toMatchObject([
      { message: "a.json breaks off at line 1, column 15 (offset 14)" },
    ]);
  });

  test("says what is missing", () => {
    const messageOf = (value: unknown) =>
      read(JSON.stringify(value)).map((event) => "message" in event && event.message);
    expect(messageOf({ name: "mill" })).toEqual([
      'a.json has no "messages" array of {"role", "content"} or {"speaker", "text"}',
    ]);
    expect(messageOf({ messages: [{ role: "user", content: "Hello" }, { role: "user" }] })).toEqual([
      'a.json has a message 1 with neither "role" and "content" nor "speaker" and "text"',
    ]);
    expect(messageOf([{ messages: [] }])).toEqual([
      "a.json is an array in which item 0 has no message with text in it",
    ]);
    expect(messageOf([])).toEqual(["a.json is an empty array"]);
    expect(messageOf("text")).toHaveLength(1);
    expect(read(" ")).toMatchObject([{ reason: "empty" }]);
  });

  test("is no fault where none was expected", () => {
    for (const text of [
      '{"name":"mill"}',
      "// not JSON",
      "",
      '{"role": "admin"}',
      '{"messages":{"role":"x"}}',
      "[1]",
    ]) {
      expect(readConversations("package.json", text, !isExpected)).toEqual([]);
      expect(readConversations("events.jsonl", text, !isExpected)).toEqual([]);
    }
    const talk = '[{"speaker":"user","text":"Hello"}]';
    expect(readConversations("export.json", talk, !isExpected)).toMatchObject([
      { target: { content: hello } },
    ]);
  });

  test("among good lines is left out, and told of once", () => {
    const good = '{"messages":[{"role":"user","content":"Hello"}]}';
    const events = read(`${good}\n{"messages":\n{"other":1}\n${good}`, "a.jsonl");
    expect(events.map((event) => event.kind)).toEqual(["target", "target", "warning"]);
    expect(events.at(-1)).toMatchObject({
      line: 2,
      message: "a.jsonl:2 was left out, the first of 2 such lines: it breaks off at column 13",
    });
    expect(read('{"a":1}\n{"b":', "a.jsonl")).toMatchObject([{ kind: "skipped", path: "a.jsonl" }]);
  });

  test("may nest as deep as it likes", () => {
    expect(read("[".repeat(200_000))).toMatchObject([{ reason: "invalid_json" }]);
    expect(read(`${"[".repeat(200_000)}${"]".repeat(200_000)}`)).toMatchObject([
      { reason: "not_a_conversation" },
    ]);
  });
});
