import { type Gate, type GateKey, toGateKey } from "@sluice/core";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { App } from "../../compose.js";
import { jsonGate } from "../../json-views.js";
import { describeUnknownGate, listKnownGates } from "../../list-known-gates.js";
import { HttpError } from "../http-error.js";
import { readBody } from "../read-request.js";

const pause = z.strictObject({ forMs: z.number().nullish() });
const nothing = z.strictObject({});

/** A gate is named in the path, encoded where its key has a slash: `/gates/task:generate_topics/pause`. */
export function createGateRoutes({ store, jobs }: App): Hono {
  const routes = new Hono();

  routes.get("/", async (context) => {
    const [gates, now] = await Promise.all([store.listGates(), store.now()]);
    return context.json({ gates: gates.map((gate) => jsonGate(gate, now)) });
  });

  routes.get("/:key", async (context) => answerGate(context, await findGate(keyOf(context))));

  // The only one that may make a gate, of those that jobs will pass: a task can be paused before any worker has served it.
  routes.post("/:key/pause", async (context) => {
    const { forMs } = await readBody(context, pause);
    const key = keyOf(context);
    const known = await listKnownGates(store);
    if (!known.has(key)) throw noSuchGate(describeUnknownGate(key, known));
    return answerGate(context, await jobs.pause(key, forMs == null ? {} : { forMs }));
  });

  routes.post("/:key/resume", async (context) => {
    await readBody(context, nothing);
    const { key } = await findGate(keyOf(context));
    return answerGate(context, await jobs.resume(key));
  });

  routes.post("/:key/open", async (context) => {
    await readBody(context, nothing);
    const { key } = await findGate(keyOf(context));
    return answerGate(context, await jobs.openGate(key));
  });

  async function findGate(key: GateKey): Promise<Gate> {
    const gate = (await store.listGates()).find((one) => one.key === key);
    if (gate === undefined) throw noSuchGate("there is no such gate");
    return gate;
  }

  async function answerGate(context: Context, gate: Gate): Promise<Response> {
    return context.json(jsonGate(gate, await store.now()));
  }

  return routes;
}

function noSuchGate(message: string): HttpError {
  return new HttpError(message, { status: 404, code: "not_found" });
}

function keyOf({ req }: Context): GateKey {
  try {
    return toGateKey(req.param("key") ?? "");
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "is no gate key";
    throw new HttpError(`key: ${message}`, { status: 400, code: "invalid_request", field: "key", cause });
  }
}
