import type { Logger } from "@sluice/core";
import { silentLogger, type Worker } from "@sluice/runner";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { builtInTasks } from "../src/built-in-tasks.js";
import { type App, composeApp } from "../src/compose.js";
import { readConfig } from "../src/config/config.js";
import { migrateAll } from "../src/database/migrations.js";
import { openConfiguredDatabase } from "../src/database/open-database.js";
import { createMetrics } from "../src/http/metrics/create-metrics.js";
import { type HttpPatience, startHttp } from "../src/http/start-http.js";

export interface ServedApp {
  readonly app: App;
  readonly worker: Worker;
  readonly url: string;
  /** With the headers that the admin API asks for. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Stops listening only. */
  closeHttp(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of every shape
  readonly json: any;
}

/** The server of the service, on a free port, over a database of its own. The worker is not started. */
export async function serveApp({
  env = {},
  patience,
  logger = silentLogger,
}: {
  readonly env?: Readonly<Record<string, string>>;
  readonly patience?: HttpPatience;
  readonly logger?: Logger;
} = {}): Promise<ServedApp> {
  const database = await createTestDatabase();
  const config = readConfig({ DATABASE_URL: database.url, HTTP_PORT: "0", ...env });
  const open = await openConfiguredDatabase(config);
  await migrateAll(open.db);
  const app = composeApp(config, open, () => undefined);
  const metrics = createMetrics({ taskTypes: [...builtInTasks.keys()], model: "embedded:extractive" });
  const worker = await app.createWorker({
    model: "embedded:extractive",
    logger,
    recordCalls: metrics.recordCalls,
  });
  metrics.recordWorker(worker);
  const http = await startHttp({
    app,
    worker,
    metrics,
    config,
    logger,
    ...(patience && { patience }),
  });
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${http.url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== "" ? JSON.parse(text) : null,
    };
  };
  return {
    app,
    worker,
    url: http.url,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body = {}, headers = {}) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    closeHttp: () => http.close(),
    async close() {
      await worker.stop({ graceMs: 0 });
      await http.close();
      await app.close();
      await open.close();
      await database.drop();
    },
  };
}
