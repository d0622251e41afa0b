import { readFile } from "node:fs/promises";
import { defineTask, handle, type Logger } from "@sluice/core";
import { expect, test } from "vitest";
import { createVirtualWorld } from "../../test/virtual-world.js";

const task = defineTask({ type: "translate" });

function createListLogger() {
  const lines: { level: string; message: string | undefined; fields: object }[] = [];
  const at = (level: string, context: object) => (fields: object, message?: string) =>
    void lines.push({ level, message, fields: { ...context, ...fields } });
  const loggerWith = (context: object): Logger => ({
    debug: at("debug", context),
    info: at("info", context),
    warn: at("warn", context),
    error: at("error", context),
    child: (fields) => loggerWith({ ...context, ...fields }),
  });
  return { lines, logger: loggerWith({}) };
}

test("observers that throw or reject are reported, and change nothing", async () => {
  const { lines, logger } = createListLogger();
  const { clock, jobs, worker, job } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => ({ result: 1 }) })], logger });
  running.observe(() => {
    throw new Error("observer broke");
  });
  running.on("committed", async () => await Promise.reject(new Error("listener rejected")));
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.settle();
  await clock.finish(running.stop());
  expect((await job(id)).status).toBe("completed");
  const errors = lines.filter(({ level }) => level === "error").map(({ fields }) => fields);
  expect(errors).toContainEqual(
    expect.objectContaining({
      event: "run-succeeded",
      failure: expect.objectContaining({ message: "observer broke" }),
    }),
  );
  expect(errors).toContainEqual(
    expect.objectContaining({
      event: "committed",
      failure: expect.objectContaining({ message: "listener rejected" }),
    }),
  );
});

test("every event is documented", async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");
  const source = await read("./worker-event.ts");
  const types = [...source.matchAll(/(?:type: |RunEndedEvent<)"([a-z-]+)"/g)].map(([, type]) => type ?? "");
  const page = await read("../../../../docs/events.md");
  const documented = [...page.matchAll(/^\| `([a-z-]+)`/gm)].map(([, type]) => type ?? "");
  expect(types.length).toBeGreaterThan(20);
  expect(documented.toSorted()).toEqual(["enqueued", ...types].toSorted());
});

test("a gate that somebody closes or opens is heard of", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  await clock.finish(running.start());
  await jobs.pause(task);
  await clock.settle();
  expect(running.eventsOf("gate-changed")).toEqual([{ type: "gate-changed", gate: "task:translate" }]);
});

test("a logger that throws changes nothing either", async () => {
  const { clock, jobs, worker, job } = createVirtualWorld();
  const broken = () => {
    throw new Error("disk full");
  };
  const logger: Logger = { debug: broken, info: broken, warn: broken, error: broken, child: () => logger };
  const running = worker({ handlers: [handle(task, { run: () => ({ result: 1 }) })], logger });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.settle();
  expect((await job(id)).status).toBe("completed");
});

test("each step of a job's life is one line with its id, type and lease", async () => {
  const { lines, logger } = createListLogger();
  const { clock, jobs, worker } = createVirtualWorld();
  const handler = handle(task, {
    run: ({ attempt, logger: own }) => {
      own.info({ attempt }, "calling the model");
      if (attempt === 1) throw new Error("no luck");
    },
  });
  const running = worker({ handlers: [handler], logger });
  await clock.finish(running.start());
  const { id } = await jobs.enqueue(task, {});
  await clock.runUntil(() => running.eventsOf("committed").length === 2);
  const own = lines.filter(({ fields }) => "jobId" in fields);
  expect(
    own.map(({ level, message, fields }) => [level, message, "leaseNo" in fields && fields.leaseNo]),
  ).toEqual([
    ["debug", "job claimed", 1],
    ["info", "job started", 1],
    ["info", "calling the model", 1],
    ["warn", "job failed", 1],
    ["debug", "job committed", 1],
    ["debug", "job claimed", 3],
    ["info", "job started", 3],
    ["info", "calling the model", 3],
    ["info", "job succeeded", 3],
    ["debug", "job committed", 3],
  ]);
  expect(own.every(({ fields }) => "jobId" in fields && fields.jobId === id)).toBe(true);
});

test("a listener hears its events until it is taken off", async () => {
  const { clock, jobs, worker } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  const heard: string[] = [];
  const stopListening = running.on("run-succeeded", ({ job }) => heard.push(job.id));
  await clock.finish(running.start());
  const first = await jobs.enqueue(task, {});
  await clock.settle();
  stopListening();
  await jobs.enqueue(task, {});
  await clock.settle();
  expect(heard).toEqual([first.id]);
});

test("what nobody can call, and events that do not exist, are refused at once", () => {
  const { worker } = createVirtualWorld();
  const running = worker({ handlers: [handle(task, { run: () => undefined })] });
  expect(() => running.on("comitted" as never, () => undefined)).toThrow("a worker has no event comitted");
  expect(() => running.on("committed", null as never)).toThrow("must be a function, got null");
  expect(() => running.observe("log" as never)).toThrow("must be a function, got string");
});
