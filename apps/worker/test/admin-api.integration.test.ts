import { randomUUID } from "node:crypto";
import { defineTask } from "@sluice/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type ServedApp, serveApp } from "./serve-app.js";

let served: ServedApp;
beforeAll(async () => {
  served = await serveApp();
});
afterAll(() => served.close());

const get = (path: string) => served.get(`/api/v1${path}`);
const post = (path: string, body?: unknown) => served.post(`/api/v1${path}`, body);

const taskType = "enrich_entity_summary_keywords";
const documentNamed = (id: string) => ({ type: "project_document", id });

const anyPayload = defineTask({
  type: "any_payload",
  payload: z.object({ text: z.string() }),
  targets: ["project_document"],
});

async function enqueue(id: string, more: object = {}): Promise<string> {
  const { status, json } = await post("/jobs", { taskType, target: documentNamed(id), ...more });
  expect(status).toBe(201);
  return json.id;
}

describe("jobs", () => {
  test("one that is enqueued is there, waits, and shows instants in UTC and unset as null", async () => {
    const id = await enqueue("one.md", { dedupeKey: "one", priority: 7, dueAt: "2030-01-02T03:04:05+02:00" });
    const { status, json } = await get(`/jobs/${id}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id,
      status: "pending",
      target: documentNamed("one.md"),
      priority: 7,
      dedupeKey: "one",
      dueAt: "2030-01-02T01:04:05.000Z",
      deadlineAt: null,
      result: null,
      ledger: [],
    });
    expect(
      (await post("/jobs", { taskType, target: documentNamed("one.md"), dedupeKey: "one" })).json,
    ).toEqual({ id, outcome: "kept" });
  });

  test("pages lead through all of them, newest first, none twice", async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index++) made.push(await enqueue("paged.md"));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? "" : `&cursor=${cursor}`;
      const { json } = await get(`/jobs?targetType=project_document&targetId=paged.md&limit=2${more}`);
      expect(json.jobs.length).toBeLessThanOrEqual(2);
      seen.push(...json.jobs.map(({ id }: { id: string }) => id));
      cursor = json.next;
    } while (cursor !== null);
    expect(seen).toEqual(made.reverse());
  });

  test("a page ends at 4 MiB, and the next one goes on from there", async () => {
    const payload = { text: "x".repeat(900_000) };
    const made: string[] = [];
    for (let index = 0; index < 12; index++) {
      const { jobs } = served.app;
      const request = { target: { type: "project_document", id: "large.md" } as const, payload };
      made.push((await jobs.enqueue(anyPayload, request)).id);
    }
    const seen: string[][] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? "" : `&cursor=${cursor}`;
      const { json, text } = await get(
        `/jobs?targetType=project_document&targetId=large.md&limit=1000${more}`,
      );
      expect(text.length).toBeLessThan(5_300_000);
      seen.push(json.jobs.map(({ id }: { id: string }) => id));
      cursor = json.next;
    } while (cursor !== null);
    expect(seen.map(({ length }) => length)).toEqual([5, 5, 2]);
    expect(seen.flat()).toEqual(made.reverse());
  });

  test("a filter by status takes several", async () => {
    const id = await enqueue("gone.md");
    await post(`/jobs/${id}/cancel`);
    const { json } = await get("/jobs?status=cancelled&status=failed_ai");
    expect(json.jobs.map((job: { id: string }) => job.id)).toEqual([id]);
  });

  test("a waiting one is cancelled once, and comes back by retry", async () => {
    const id = await enqueue("again.md");
    expect((await post(`/jobs/${id}/cancel`)).json).toMatchObject({ id, status: "cancelled" });
    const twice = await post(`/jobs/${id}/cancel`);
    expect(twice.status).toBe(409);
    expect(twice.json.error).toMatchObject({
      code: "wrong_status",
      message: expect.stringContaining("cancelled"),
    });
    expect((await post(`/jobs/${id}/retry`)).json).toMatchObject({ id, status: "pending" });
    expect((await post(`/jobs/${id}/retry`)).status).toBe(409);
  });

  test.each(["", "/cancel", "/retry"])("one that is not there is not found: %s", async (path) => {
    const answer =
      path === "" ? await get(`/jobs/${randomUUID()}`) : await post(`/jobs/${randomUUID()}${path}`);
    expect(answer.status).toBe(404);
    expect(answer.json.error).toMatchObject({ code: "not_found", message: "there is no such job" });
  });
});

describe("gates", () => {
  const gate = "/gates/task:generate_topics";

  test("a task is paused, for a time or until it is resumed, before any worker has served it", async () => {
    expect((await get(gate)).status).toBe(404);
    expect((await post(`${gate}/pause`)).json).toMatchObject({
      key: "task:generate_topics",
      open: false,
      state: "paused",
      pausedUntil: "until resumed",
      closedUntil: null,
    });
    const { json } = await post(`${gate}/pause`, { forMs: 3_600_000 });
    expect(Date.parse(json.pausedUntil)).toBeGreaterThan(Date.now());
    expect((await post(`${gate}/resume`)).json).toMatchObject({ open: true, pausedUntil: null });
    expect((await get("/gates")).json.gates.map(({ key }: { key: string }) => key)).toContain(
      "task:generate_topics",
    );
  });

  test("one that a provider closed is opened by hand", async () => {
    await post(`${gate}/pause`);
    expect((await post(`${gate}/open`)).json).toMatchObject({ state: "paused" });
    await post(`${gate}/resume`);
  });

  test("a mistyped name opens, resumes and pauses nothing, and makes nothing", async () => {
    for (const verb of ["open", "resume", "pause"]) {
      const { status, json } = await post(`/gates/task:typo/${verb}`);
      expect([status, json.error.code]).toEqual([404, "not_found"]);
    }
    const { json } = await post("/gates/task:typo/pause");
    expect(json.error.message).toContain("there are:\ntask:enrich_entity_summary_keywords\n");
    expect((await get("/gates")).text).not.toContain("typo");
  });

  test("a key with a slash is written encoded", async () => {
    const key = "model:openai-compatible:abc:meta/llama-3";
    await served.app.jobs.pause(key);
    const answer = await post(`/gates/${encodeURIComponent(key)}/pause`, { forMs: 1 });
    expect(answer.json.key).toBe(key);
  });
});

test("status shows jobs, gates, workers and why nothing runs", async () => {
  await enqueue("status.md");
  const { json } = await get("/status");
  expect(json.jobs.pending).toBeGreaterThan(0);
  expect(json.workers).toEqual([]);
  expect(json.tasks).toContainEqual({ taskType, text: expect.stringContaining("No live worker handles") });
});

test("status explains the task types with most jobs, and counts the others", async () => {
  const before = (await get("/status")).json;
  expect(before.moreTasks).toBe(0);
  const types = Array.from({ length: 25 }, (_, index) => `type-${index}`);
  const enqueueOf = (type: string, count: number) =>
    served.app.jobs.enqueueMany(
      defineTask({ type, payload: z.object({}) }),
      Array.from({ length: count }, () => ({ payload: {} })),
    );
  await Promise.all(types.map((type, index) => enqueueOf(type, index === 24 ? 30 : 1)));
  const { tasks, moreTasks } = (await get("/status")).json;
  const explained = tasks.map((task: { taskType: string }) => task.taskType);
  expect(explained).toHaveLength(20);
  expect(explained).toEqual(expect.arrayContaining([taskType, "type-24"]));
  expect(moreTasks).toBe(before.tasks.length + types.length - 20);
});

test("an explanation has the words and the data", async () => {
  await enqueue("why.md");
  await post(`/gates/task:${taskType}/pause`, { forMs: 60_000 });
  const { json } = await get(`/tasks/${taskType}/explanation`);
  expect(json.text).toContain(`Gate task:${taskType} is paused`);
  expect(json.causes[0]).toMatchObject({
    type: "paused",
    gate: `task:${taskType}`,
    until: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
  await post(`/gates/task:${taskType}/resume`);
});

test("costs are summed by what is asked for; without calls there are none", async () => {
  const from = "2026-01-01T00:00:00Z";
  expect((await get(`/costs?by=day&by=model&from=${from}`)).json).toEqual({ costs: [] });
  expect((await get("/costs")).json.costs).toMatchObject([{ calls: 0, costUsd: null }]);
});

describe("a request that cannot be carried out is told why", () => {
  test.each([
    ["/jobs?limit=0", "limit", "from 1 to 1000"],
    ["/jobs?limit=1001", "limit", "from 1 to 1000"],
    ["/jobs?limit=ten", "limit", "from 1 to 1000"],
    ["/jobs?limit=1&limit=2", "limit", "from 1 to 1000"],
    ["/jobs?status=done", "status", "must be one of pending"],
    ["/jobs?status=pending&status=done", "status", "must be one of pending"],
    ["/jobs?cursor=17", "cursor", "page before"],
    ["/jobs?taskType=", "taskType", "empty"],
    ["/jobs?taskType=a%00b", "taskType", "control"],
    ["/jobs?targetId=a", "targetId", "targetType"],
    ["/costs?by=hour", "by", "taskType"],
    ["/costs?from=2026", "from", "ISO 8601"],
    ["/jobs?sort=id", "sort", "not known"],
    ["/jobs/17", "id", "UUID"],
    ["/gates/nonsense", "key", "task:<taskType>"],
  ])("GET %s: %s", async (path, field, words) => {
    const { status, json } = await get(path);
    expect(json.error).toMatchObject({ field, message: expect.stringContaining(words) });
    expect(status).toBe(400);
  });

  const target = documentNamed("x.md");
  test.each([
    ["/jobs", {}, "taskType", "string"],
    ["/jobs", { taskType: "nope" }, "taskType", "generate_topics"],
    ["/jobs", { taskType }, "target", "target"],
    ["/jobs", { taskType, target: { type: "planet", id: "x" } }, "target.type", "planet"],
    ["/jobs", { taskType, target, priority: 1.5 }, "priority", "whole number"],
    ["/jobs", { taskType, target, maxAttempts: 0 }, "maxAttempts", "from 1"],
    ["/jobs", { taskType, target, dueAt: "tomorrow" }, "dueAt", "ISO 8601"],
    ["/jobs", { taskType, target, dedupe: "maybe", dedupeKey: "k" }, "dedupe", "keep"],
    ["/jobs", { taskType, target, dedupeKey: "" }, "dedupeKey", "1 to 512"],
    ["/jobs", { taskType, target, dedupeKey: "a\u0000b" }, "dedupeKey", "control"],
    ["/jobs", { taskType, target: { ...target, id: "\ud800" } }, "target.id", "surrogate"],
    ["/jobs", { taskType, target, payload: "\u0000" }, "payload", ""],
    ["/jobs", { taskType, target, colour: "red" }, "colour", "not known"],
    ["/jobs", [], null, "object"],
    ["/gates/task:generate_topics/pause", { forMs: -1 }, "forMs", "from 1 ms"],
    ["/gates/task:x/pause", { forMs: "long" }, "forMs", "number"],
    ["/gates/task:x/pause", { for: 1 }, "for", "not known"],
  ])("POST %s %j: %s", async (path, body, field, words) => {
    const { status, json } = await post(path, body);
    expect(json.error).toMatchObject({ field, message: expect.stringContaining(words) });
    expect(status).toBe(400);
  });

  test("a body that is no JSON", async () => {
    const { status, json } = await post("/jobs", "{");
    expect(json.error).toEqual({ code: "not_json", field: null, message: "the body is not JSON" });
    expect(status).toBe(400);
  });
});
