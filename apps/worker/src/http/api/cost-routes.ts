import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../../compose.js";
import { instant } from "../../enqueue/new-job-request.js";
import { readQuery, shortText } from "../read-request.js";

const knownGroups = "must be day, model or taskType";
const group = z.enum(["day", "model", "taskType"], knownGroups);

const costQuery = z.strictObject({
  by: z.union([group.transform((one) => [one]), z.array(group)], knownGroups).default([]),
  taskType: shortText.exactOptional(),
  model: shortText.exactOptional(),
  from: instant.exactOptional(),
  until: instant.exactOptional(),
});

/** What calls to models have cost, from their ledger. */
export function createCostRoutes({ sumCosts }: App): Hono {
  const routes = new Hono();
  routes.get("/", async (context) => context.json({ costs: await sumCosts(readQuery(context, costQuery)) }));
  return routes;
}
