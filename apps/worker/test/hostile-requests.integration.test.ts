import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { type ServedApp, serveApp } from "./serve-app.js";

let served: ServedApp;
beforeAll(async () => {
  served = await serveApp();
});
afterAll(() => served.close());

const paths = [
  "/jobs",
  "/jobs/{}",
  "/jobs/{}/cancel",
  "/jobs/{}/retry",
  "/gates",
  "/gates/{}",
  "/gates/{}/pause",
  "/gates/{}/resume",
  "/gates/{}/open",
  "/tasks/{}/explanation",
  "/status",
];

const fields = ["taskType", "payload", "target", "dedupeKey", "dedupe", "priority", "delayMs", "dueAt"];
const moreFields = ["deadlineMs", "deadlineAt", "maxAttempts", "forMs", "__proto__", "constructor"];
const parameters = ["status", "taskType", "targetType", "targetId", "limit", "cursor", "__proto__"];

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "\u0000",
    "\ud800",
    "'; drop table x; --",
    "../..",
    "%",
    "%00",
    "task:x",
    "generate_topics",
  ),
  fc.uuid(),
  fc.string({ minLength: 500, maxLength: 600 }),
);
const number = fc.oneof(fc.double(), fc.constantFrom(-1, 0, 1e308, 2 ** 53, 2 ** 31));
const target = fc.record(
  { type: fc.oneof(fc.constant("conversation"), text), id: text },
  { requiredKeys: [] },
);
const value = fc.oneof(text, number, target, fc.jsonValue({ maxDepth: 3 }));

/** Anything, and what is nearly right. */
const body = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.jsonValue().map((json) => JSON.stringify(json)),
  fc
    .dictionary(fc.constantFrom(...fields, ...moreFields), value, { maxKeys: 6 })
    .map((json) => JSON.stringify(json)),
  fc
    .record({
      taskType: fc.constant("generate_topics"),
      target,
      payload: value,
      dueAt: value,
      priority: value,
    })
    .map((json) => JSON.stringify(json)),
);

const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), text), text), { maxLength: 4 });

const request = fc.record({
  path: fc.tuple(fc.constantFrom(...paths), text).map(([path, part]) => path.replace("{}", encode(part))),
  query: query.map((pairs) => pairs.map(([name, one]) => `${encode(name)}=${encode(one)}`).join("&")),
  body,
  isPost: fc.boolean(),
});

/** Half a surrogate pair has no encoding. */
function encode(part: string): string {
  return encodeURIComponent(Buffer.from(part).toString());
}

test("no request makes the admin API fail: each is carried out, or refused with a reason", async () => {
  await fc.assert(
    fc.asyncProperty(request, async (one) => {
      const path = `/api/v1${one.path}?${one.query}`;
      const { status, json } = one.isPost ? await served.post(path, one.body) : await served.get(path);
      if (status < 300) return;
      const isRefused = [400, 404, 405, 409, 413].includes(status);
      if (!isRefused || typeof json?.error?.message !== "string" || json.error.message === "")
        throw new Error(`${status} ${JSON.stringify(json)}`);
    }),
    { numRuns: 400 },
  );
});
