import { createJobs } from "@sluice/runner";
import { createMemoryStore } from "@sluice/testkit";
import { expect, test } from "vitest";
import { enqueueLines } from "./enqueue-lines.js";
import { LinesInterruptedError } from "./lines-report.js";

const topics = (id: string, more: object = {}) =>
  JSON.stringify({ taskType: "generate_topics", target: { type: "conversation", id }, ...more });

/** As a pipe gives them: in pieces that end anywhere. */
async function* piecesOf(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function send(input: string | Uint8Array, size?: number) {
  const store = createMemoryStore();
  const bytes = typeof input === "string" ? Buffer.from(input) : input;
  const report = await enqueueLines(piecesOf(bytes, size), {
    jobs: createJobs({ store }),
    onFault: () => undefined,
    onProgress: () => undefined,
  });
  const stored = (await store.countJobs()).reduce((sum, { count }) => sum + count, 0);
  return { report, stored, store };
}

test("ten thousand lines go in, whatever their ends, and the bad ones among them are told by their numbers", async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => topics(`talk-${index}`));
  lines[0] = `\uFEFF${lines[0]}`;
  lines[10] = "";
  lines[11] = "   ";
  lines[20] = "not JSON";
  lines[21] = topics("x", { prioritty: 1 });
  lines[22] = JSON.stringify({ taskType: "generate_topics", target: { type: "code_entity", id: "x" } });
  lines[5_000] = JSON.stringify({ taskType: "paint" });
  lines[5_001] = topics("x", { priority: 1.5 });
  lines[9_998] = topics("huge", { payload: { text: "x".repeat(5_000_000) } });
  const text = lines.map((line, index) => `${line}${index % 2 === 0 ? "\r\n" : "\n"}`).join("");
  const bytes = Buffer.concat([
    Buffer.from(text),
    Buffer.from([0xff, 0xfe, 0x0a]),
    Buffer.from(topics("last")),
  ]);

  const { report, stored } = await send(bytes);
  const byLine = new Map(report.faults.map(({ line, message }) => [line, message]));
  expect(byLine).toEqual(
    new Map([
      [21, "is not JSON"],
      [22, expect.stringContaining("prioritty")],
      [23, expect.stringContaining("target.type")],
      [5_001, expect.stringContaining("taskType")],
      [5_002, expect.stringContaining("priority")],
      [9_999, "is longer than 4194304 bytes"],
      [10_001, "is not UTF-8"],
    ]),
  );
  expect(report).toMatchObject({
    lines: 10_000,
    created: 9_993,
    bad: 7,
    kept: 0,
    lastLine: 10_002,
    certainUpTo: 10_002,
  });
  expect(stored).toBe(9_993);
});

test("pieces may end anywhere: between CR and LF, and inside a character", async () => {
  for (const size of [1, 2, 3, 7]) {
    const { report, store } = await send(`${topics("ä€🦊")}\r\n\r\n${topics("b")}`, size);
    expect(report).toMatchObject({ lines: 2, created: 2, bad: 0 });
    const { jobs } = await store.listJobs({ limit: 2 });
    expect(jobs.map(({ target }) => target?.id).sort()).toEqual(["b", "ä€🦊"]);
  }
});

test("of lines with the same key the later one is the later word, also behind a bad one", async () => {
  const key = { dedupeKey: "k", dedupe: "replace" };
  const lines = [
    topics("a", { ...key, priority: 1 }),
    topics("b", { priority: "high" }),
    topics("a", { ...key, priority: 2 }),
  ];
  const { report, store } = await send(lines.join("\n"));
  expect(report).toMatchObject({ created: 1, replaced: 1, bad: 1 });
  const { jobs } = await store.listJobs({ limit: 2 });
  expect(jobs.map(({ priority }) => priority)).toEqual([2]);
});

test("an empty input is no job and no fault", async () => {
  expect((await send("")).report).toMatchObject({ lines: 0, created: 0, bad: 0 });
});

test("lines that come one by one are not held until there are enough of them", async () => {
  const store = createMemoryStore();
  let goOn = () => {};
  async function* trickle(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${topics("first")}\n`);
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    yield Buffer.from(`${topics("second")}\n`);
  }
  const written: number[] = [];
  const report = await enqueueLines(trickle(), {
    jobs: createJobs({ store }),
    onFault: () => undefined,
    onProgress: (lines) => {
      written.push(lines);
      goOn();
    },
    holdMs: 1,
  });
  expect(written[0]).toBe(1);
  expect(report).toMatchObject({ lines: 2, created: 2, certainUpTo: 2 });
});

test("what is held when it is told to stop is written, and the rest is not waited for", async () => {
  const store = createMemoryStore();
  const stopping = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${topics("a")}\n${topics("b")}\nnot JSON\n`);
    await new Promise(() => undefined);
  }
  const report = await enqueueLines(endless(), {
    jobs: createJobs({ store }),
    onFault: () => stopping.abort(),
    onProgress: () => undefined,
    signal: stopping.signal,
    holdMs: 1_000_000,
  });
  expect(report).toMatchObject({ lines: 3, created: 2, bad: 1, certainUpTo: 3 });
});

test("when the database fails, the report says up to which line it is sure", async () => {
  const memory = createMemoryStore();
  let calls = 0;
  const store: typeof memory = {
    ...memory,
    enqueue: async (jobs, options) => {
      calls += 1;
      if (calls === 3) throw new Error("connection lost");
      return await memory.enqueue(jobs, options);
    },
  };
  const text = Array.from({ length: 2_000 }, (_, index) => topics(`talk-${index}`)).join("\n");
  const sent = enqueueLines(piecesOf(Buffer.from(text)), {
    jobs: createJobs({ store }),
    onFault: () => undefined,
    onProgress: () => undefined,
  });
  const error = await sent.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LinesInterruptedError);
  expect(error).toMatchObject({
    message: "the database failed: connection lost",
    report: { created: 1_000, certainUpTo: 1_000, lastLine: 1_500 },
  });
});
