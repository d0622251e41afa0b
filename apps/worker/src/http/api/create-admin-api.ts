import { Hono } from "hono";
import { builtInTasks } from "../../built-in-tasks.js";
import type { App } from "../../compose.js";
import { jsonExplanation } from "../../json-views.js";
import { readStatus } from "../../status/read-status.js";
import { check, shortText } from "../read-request.js";
import { createCostRoutes } from "./cost-routes.js";
import { createGateRoutes } from "./gate-routes.js";
import { createJobRoutes } from "./job-routes.js";

/** What operators and scripts do over HTTP. */
export function createAdminApi(app: App): Hono {
  const api = new Hono();
  api.route("/jobs", createJobRoutes(app, builtInTasks));
  api.route("/gates", createGateRoutes(app));
  api.route("/costs", createCostRoutes(app));
  api.get("/status", async (context) => context.json((await readStatus(app)).status));
  api.get("/tasks/:taskType/explanation", async (context) => {
    const taskType = check(shortText, context.req.param("taskType"));
    return context.json(jsonExplanation(await app.jobs.explain(taskType)));
  });
  return api;
}
