import { describe, expect, test } from "vitest";
import { readSample } from "../../../test/fixtures/ingest/project-tree.js";
import type { FileEvent } from "../ingest-event.js";
import { languageOf, readCode } from "./read-code.js";

async function read(path: string, text: string): Promise<FileEvent[]> {
  const language = languageOf(path.slice(path.lastIndexOf(".")));
  if (language === undefined) throw new Error(`no language for ${path}`);
  return readCode(path, text, language);
}

function codeIn(events: readonly FileEvent[]) {
  return events.flatMap((event) =>
    event.kind === "target" && event.target.content.type === "code_entity"
      ? [{ id: event.target.ref.id, ...event.target.content }]
      : [],
  );
}

/** Rows of kind, id behind the `#`, first line, last line, documentation. */
async function entitiesOf(sample: string) {
  return codeIn(await read(sample, await readSample(sample))).map(
    ({ kind, id, startLine, endLine, documentation }) => {
      expect(id).toMatch(`${sample}#`);
      return [kind, id.slice(sample.length + 1), startLine, endLine, documentation];
    },
  );
}

describe("the definitions of each language", () => {
  test("Java: types, constructors and methods, annotations included", async () => {
    expect(await entitiesOf("Queue.java")).toEqual([
      ["class", "Queue", 13, 39, "Holds jobs.\n\n@param <T> what a job is"],
      ["constructor", "Queue.Queue", 18, 20, "Makes an empty one."],
      ["method", "Queue.push", 23, 26, "Adds at the end."],
      ["method", "Queue.push~2", 28, 28, null],
      ["class", "Queue.Slot", 30, 32, null],
      ["method", "Queue.Slot.free", 31, 31, null],
      ["enum", "Queue.State", 34, 38, null],
      ["method", "Queue.State.isOpen", 37, 37, null],
      ["interface", "Opens", 41, 43, null],
      ["method", "Opens.open", 42, 42, null],
      ["record", "Pair", 45, 49, null],
      ["constructor", "Pair.Pair", 46, 48, null],
      ["annotation", "Named", 51, 53, null],
    ]);
  });

  test("TypeScript: interfaces, types, enums, classes, overloads as one, namespaces", async () => {
    expect(await entitiesOf("gate.ts")).toEqual([
      ["interface", "Gate", 4, 7, "What a gate is."],
      ["type", "Opener", 9, 9, null],
      ["enum", "State", 11, 14, null],
      ["function", "open", 17, 21, "Opens by key."],
      ["class", "Door", 23, 43, null],
      ["constructor", "Door.constructor", 26, 28, null],
      ["method", "Door.close", 31, 34, "Closes it."],
      ["method", "Door.knock", 36, 36, null],
      ["method", "Door.move", 37, 39, null],
      ["method", "Door.ring", 40, 42, null],
      ["function", "Hinges.Oil.drip", 46, 46, null],
      ["function", "door.creak", 49, 49, null],
      ["function", "lock", 51, 53, null],
      ["class", "default", 55, 57, null],
      ["method", "default.run", 56, 56, null],
    ]);
  });

  test("TSX: components, also those wrapped in a call", async () => {
    expect(await entitiesOf("panel.tsx")).toEqual([
      ["constant", "Waiting", 4, 6, "Shows how many jobs wait."],
      ["function", "Panel", 8, 16, null],
    ]);
  });

  test("JavaScript: declared, assigned, bound and exported functions, members, wrapped modules", async () => {
    expect(await entitiesOf("queue.js")).toEqual([
      ["function", "createQueue", 12, 15, "Makes a queue.\n\n@param {number} size - how many fit"],
      ["class", "Queue", 19, 32, "A first-in, first-out list.\nNot bounded."],
      ["getter", "Queue.length", 21, 21, "How many wait."],
      ["setter", "Queue.length~2", 22, 22, null],
      ["method", "Queue.drain", 23, 25, null],
      ["method", "Queue.#compact", 26, 26, null],
      ["method", "Queue.onFull", 27, 29, null],
      ["method", "Queue.[Symbol.iterator]", 30, 30, null],
      ["method", "Queue.odd name", 31, 31, null],
      ["function", "plain", 35, 35, null],
      ["function", "arrow", 38, 38, null],
      ["function", "both", 38, 38, null],
      ["method", "Queue.push", 41, 43, "Adds at the end."],
      ["function", "peek", 44, 46, null],
      ["method", "app.use", 47, 47, null],
      ["method", "helpers.double", 50, 50, "Doubles."],
      ["method", "helpers.triple", 51, 53, null],
      ["constant", "Panel", 56, 58, null],
      ["function", "insideWrapper", 60, 60, null],
      ["function", "plain~2", 63, 65, null],
    ]);
  });

  test("Go: functions, methods by their receiver, types alone and in groups", async () => {
    expect(await entitiesOf("server.go")).toEqual([
      ["struct", "Server", 7, 9, "Server answers requests."],
      ["interface", "Handler", 13, 15, "Handler handles."],
      ["type", "Port", 16, 16, null],
      ["type", "Name", 19, 19, null],
      ["function", "helper", 22, 22, null],
      ["method", "Server.Listen", 28, 31, "Listen waits for requests.\nIt never returns."],
      ["method", "Port.String", 33, 33, null],
    ]);
  });

  test("Rust: functions, methods by the type they are implemented for, attributes included", async () => {
    expect(await entitiesOf("store.rs")).toEqual([
      ["struct", "Store", 7, 10, "Keeps jobs.\n\nIn memory."],
      ["method", "Store.new", 14, 18, "Makes an empty one."],
      ["method", "Store.fmt", 22, 22, null],
      ["method", "Key.fmt", 26, 26, null],
      ["trait", "Keeps", 30, 36, "What stores do."],
      ["method", "Keeps.keep", 32, 32, null],
      ["method", "Keeps.len", 33, 35, null],
      ["enum", "State", 38, 38, null],
      ["type", "Key", 39, 39, null],
      ["macro", "keep", 40, 40, null],
      ["function", "inner.run", 42, 42, null],
      ["function", "main", 44, 44, null],
    ]);
  });

  test("Python: docstrings before comments, decorators included, definitions behind conditions", async () => {
    expect(await entitiesOf("worker.py")).toEqual([
      ["function", "retry", 7, 12, "Retries a call.\n\nGives up after a while."],
      ["class", "Worker", 15, 34, "Runs jobs.\n\n    indented = True"],
      ["method", "Worker.busy", 24, 27, "Whether it runs one."],
      ["method", "Worker.busy~2", 29, 30, null],
      ["class", "Worker.Slot", 32, 34, null],
      ["method", "Worker.Slot.free", 33, 34, "Frees \\n it."],
      ["function", "fast", 40, 41, null],
      ["class", "Fast", 44, 44, null],
    ]);
  });
});

test("source is the text of the definition, from decorator or export to its end", async () => {
  const [waiting] = codeIn(await read("panel.tsx", await readSample("panel.tsx")));
  expect(waiting).toMatchObject({
    name: "Waiting",
    container: null,
    language: "tsx",
    path: "panel.tsx",
    source: `export const Waiting = memo(({ count }: { count: number }) => {
  return <p className="waiting">{count} jobs wait</p>;
});`,
  });
});

test("a definition that moves keeps its id", async () => {
  const before = codeIn(await read("a.ts", "export function run() {}\n"));
  const after = codeIn(await read("a.ts", "const x = 1;\n\n\nexport function run() {}\n"));
  expect(before.map(({ id, startLine }) => [id, startLine])).toEqual([["a.ts#run", 1]]);
  expect(after.map(({ id, startLine }) => [id, startLine])).toEqual([["a.ts#run", 4]]);
});

describe("comments", () => {
  const documentationOf = async (text: string, path = "a.ts") =>
    codeIn(await read(path, text))[0]?.documentation;

  test("may stand one blank line away, not two", async () => {
    expect(await documentationOf("/** Runs. */\n\nfunction run() {}")).toBe("Runs.");
    expect(await documentationOf("/** Runs. */\n\n\nfunction run() {}")).toBeNull();
  });

  test("of a whole file, for tools, and behind other code are no documentation", async () => {
    expect(await documentationOf("// Copyright (c) 2026 Somebody\n\nfunction run() {}")).toBeNull();
    expect(await documentationOf("// biome-ignore lint: because\nfunction run() {}")).toBeNull();
    expect(await documentationOf("const a = 1; // about a\nfunction run() {}")).toBeNull();
    expect(await documentationOf("//! What the crate is about.\nfn run() {}", "a.rs")).toBeNull();
  });

  test("lose their signs and banners, and keep their paragraphs", async () => {
    const jsdoc = "/**\n * Runs.\n *\n *   - indented\n * @returns nothing\n */\nfunction run() {}";
    expect(await documentationOf(jsdoc)).toBe("Runs.\n\n  - indented\n@returns nothing");
    expect(await documentationOf("//////////\n//// Running ////\n//////////\nfunction run() {}")).toBe(
      "Running",
    );
  });
});

describe("what does not parse", () => {
  test("leaves the definitions that are whole, and a warning with the first bad line", async () => {
    const text = "function whole() {}\n\nfunction broken( {\n  return 1;\n\nfunction inside() {}\n";
    const events = await read("a.js", text);
    expect(codeIn(events).map(({ id }) => id)).toContain("a.js#whole");
    expect(codeIn(events).map(({ id }) => id)).not.toContain("a.js#broken");
    expect(events.at(-1)).toMatchObject({ kind: "warning", reason: "syntax_error", path: "a.js", line: 3 });
  });

  test("but only for want of a newer grammar is kept", async () => {
    const events = await read("a.ts", "export interface Box<out T> {\n  readonly value: T;\n}\n");
    expect(codeIn(events).map(({ id, endLine }) => [id, endLine])).toEqual([["a.ts#Box", 3]]);
    expect(events.at(-1)).toMatchObject({ kind: "warning", line: 1 });
  });

  test("at all gives a warning and nothing else", async () => {
    const events = await read("a.go", "this is not Go at all ((((\n");
    expect(events).toMatchObject([{ kind: "warning", reason: "syntax_error", path: "a.go", line: 1 }]);
  });
});

test("nesting without end neither fails nor gives nested functions", async () => {
  const depth = 20_000;
  const events = await read("a.js", `${"function f() {\n".repeat(depth)}${"}".repeat(depth)}`);
  expect(codeIn(events).map(({ id }) => id)).toEqual(["a.js#f"]);
  expect(await read("b.js", "(\n".repeat(100_000))).toMatchObject([{ kind: "warning", line: 1 }]);
});

test("bundles are skipped, a single long line in a source is not", async () => {
  const bundle = `var a=${"1+".repeat(5_000)}1;function f(){}`;
  expect(await read("bundle.js", bundle)).toMatchObject([{ kind: "skipped", reason: "minified" }]);
  const source = `const data = "${"x".repeat(6_000)}";\n${"// a comment\n".repeat(600)}function f() {}\n`;
  expect(codeIn(await read("source.js", source)).map(({ id }) => id)).toEqual(["source.js#f"]);
});
