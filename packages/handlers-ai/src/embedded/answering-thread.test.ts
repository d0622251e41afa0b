import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { type Answering, createAnsweringThread } from "./answering-thread.js";
import type { EmbeddedRequest } from "./content-schema.js";

/** A thread that dies, hangs, fails or says which of its lives and requests this is. */
const script = `
  import { parentPort, threadId } from "node:worker_threads";
  let requests = 0;
  parentPort.on("message", ({ content }) => {
    requests += 1;
    if (content.title === "die") process.exit(3);
    if (content.title === "hang") for (;;);
    if (content.title === "throw") setImmediate(() => { throw new Error("out of luck"); });
    else if (content.title === "fail") parentPort.postMessage({ error: new RangeError("no answer") });
    else parentPort.postMessage({ json: JSON.stringify({ threadId, requests, title: content.title }) });
  });
`;

let folder: string;
let answer: Answering;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "answering-thread-"));
  await writeFile(join(folder, "thread.mjs"), script);
  answer = createAnsweringThread(pathToFileURL(join(folder, "thread.mjs")));
});

afterAll(() => rm(folder, { recursive: true }));

const request = (title: string): EmbeddedRequest => ({
  name: "topics",
  content: { type: "conversation", title, messages: [] },
});
const ask = async (title: string, signal?: AbortSignal) => JSON.parse(await answer(request(title), signal));

describe("an answering thread", () => {
  test("answers one request after the other, all in the same thread", async () => {
    const answers = await Promise.all([ask("a"), ask("b"), ask("c")]);
    expect(answers.map(({ title }) => title)).toEqual(["a", "b", "c"]);
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(1);
    expect(answers.map(({ requests }) => requests)).toEqual([1, 2, 3]);
  });

  test("rejects with the error of the request, and goes on", async () => {
    const [failed, next] = await Promise.allSettled([ask("fail"), ask("next")]);
    expect(failed).toMatchObject({ status: "rejected", reason: expect.any(RangeError) });
    expect(next).toMatchObject({ status: "fulfilled", value: { title: "next" } });
  });

  test.each(["die", "throw"])("is replaced when a request makes it %s", async (fatal) => {
    const before = await ask("before");
    const [dead, next] = await Promise.allSettled([ask(fatal), ask("next")]);
    expect(dead).toMatchObject({ status: "rejected", reason: expect.any(Error) });
    expect(next).toMatchObject({ status: "fulfilled", value: { title: "next", requests: 1 } });
    expect((next as PromiseFulfilledResult<{ threadId: number }>).value.threadId).not.toBe(before.threadId);
  });

  test("leaves a request in work when it is aborted, with the reason of the signal", async () => {
    const controller = new AbortController();
    const hanging = ask("hang", controller.signal);
    const behind = ask("behind");
    controller.abort(new Error("lease lost"));
    await expect(hanging).rejects.toThrow("lease lost");
    await expect(behind).resolves.toMatchObject({ title: "behind" });
  });

  test("never begins a request that is aborted while it waits, or was before", async () => {
    const { requests } = await ask("count");
    const controller = new AbortController();
    const first = ask("first");
    const waiting = ask("die", controller.signal);
    controller.abort(new Error("shutdown"));
    await expect(waiting).rejects.toThrow("shutdown");
    await expect(ask("die", AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
    await expect(first).resolves.toMatchObject({ requests: requests + 1 });
    await expect(ask("last")).resolves.toMatchObject({ requests: requests + 2 });
  });
});
