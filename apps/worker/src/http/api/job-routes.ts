import { type AnyTask, type JobQuery, jobStatuses, type OperateAnswer } from "@sluice/core";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { App } from "../../compose.js";
import { newJobRequest } from "../../enqueue/new-job-request.js";
import { jsonAttempt, jsonJob } from "../../json-views.js";
import { listJobPage } from "../../list-job-page.js";
import { HttpError } from "../http-error.js";
import { readBody, readQuery, shortText } from "../read-request.js";

const pageLength = "must be a whole number from 1 to 1000";
const knownStatuses = `must be one of ${jobStatuses.join(", ")}`;
const status = z.enum(jobStatuses, knownStatuses);

const listQuery = z
  .strictObject({
    status: z.union([status.transform((one) => [one]), z.array(status)], knownStatuses).optional(),
    taskType: shortText.optional(),
    targetType: shortText.optional(),
    targetId: shortText.optional(),
    limit: z.coerce.number(pageLength).int(pageLength).min(1, pageLength).max(1_000, pageLength).default(50),
    cursor: z.uuid("must be the `next` of the page before").optional(),
  })
  .refine(({ targetType, targetId }) => (targetType === undefined) === (targetId === undefined), {
    path: ["targetId"],
    error: "must come together with targetType",
  });

const nothing = z.strictObject({});

export function createJobRoutes({ store, jobs }: App, tasks: ReadonlyMap<string, AnyTask>): Hono {
  const routes = new Hono();

  routes.get("/", async (context) => {
    const page = await listJobPage(store, toJobQuery(readQuery(context, listQuery)));
    return context.json({ jobs: page.jobs.map(jsonJob), next: page.next });
  });

  routes.post("/", async (context) => {
    const { taskType, payload, target, ...options } = await readBody(context, newJobRequest);
    const task = tasks.get(taskType);
    if (task === undefined) {
      const known = [...tasks.keys()].join(", ");
      throw new HttpError(`taskType: must be one of ${known}`, {
        status: 400,
        code: "unknown_task",
        field: "taskType",
      });
    }
    const answer = await jobs.enqueue(task, { payload, target: target ?? null }, options);
    return context.json(answer, answer.outcome === "created" ? 201 : 200);
  });

  routes.get("/:id", async (context) => {
    const job = await jobs.get(context.req.param("id"));
    if (job === null) throw noSuchJob();
    const attempts = await store.listAttempts(job.id);
    return context.json({ ...jsonJob(job), ledger: attempts.map(jsonAttempt) });
  });

  routes.post("/:id/cancel", async (context) => {
    await readBody(context, nothing);
    return answerOperation(context, "cancelled", await jobs.cancel(context.req.param("id")));
  });

  routes.post("/:id/retry", async (context) => {
    await readBody(context, nothing);
    return answerOperation(context, "retried", await jobs.retry(context.req.param("id")));
  });

  return routes;
}

function toJobQuery({
  status: statuses,
  targetType,
  targetId,
  ...query
}: z.infer<typeof listQuery>): JobQuery {
  return {
    limit: query.limit,
    ...(statuses !== undefined && { statuses }),
    ...(query.taskType !== undefined && { taskType: query.taskType }),
    ...(targetType !== undefined && targetId !== undefined && { target: { type: targetType, id: targetId } }),
    ...(query.cursor !== undefined && { cursor: query.cursor.toLowerCase() }),
  };
}

function answerOperation(context: Context, verb: "cancelled" | "retried", answer: OperateAnswer): Response {
  if (answer.type === "not-found") throw noSuchJob();
  if (answer.type === "done") return context.json(jsonJob(answer.job));
  const { reason, status: current } = answer;
  const message =
    reason === "key-is-live"
      ? "another job with its dedupe key waits or runs"
      : `a job that is ${current} cannot be ${verb}`;
  throw new HttpError(message, { status: 409, code: reason.replaceAll("-", "_") });
}

function noSuchJob(): HttpError {
  return new HttpError("there is no such job", { status: 404, code: "not_found" });
}
