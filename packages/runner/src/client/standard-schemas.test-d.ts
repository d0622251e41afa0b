import { defineTask, type JobStore } from "@sluice/core";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { createJobs } from "./create-jobs.js";

declare const store: JobStore;
const jobs = createJobs({ store });

// Each library's input is what is enqueued; each library's idea of a Date as input is refused.

const byZod = defineTask({
  type: "zod",
  payload: z.object({ at: z.string().transform((text) => new Date(text)) }),
});
const byValibot = defineTask({
  type: "valibot",
  payload: v.object({
    at: v.pipe(
      v.string(),
      v.transform((text) => new Date(text)),
    ),
  }),
});
const byArktype = defineTask({ type: "arktype", payload: type({ at: "string.date.iso.parse" }) });

await jobs.enqueue(byZod, { payload: { at: "2026-01-01" } });
await jobs.enqueue(byValibot, { payload: { at: "2026-01-01" } });
await jobs.enqueue(byArktype, { payload: { at: "2026-01-01" } });

// @ts-expect-error zod's output is not its input
await jobs.enqueue(byZod, { payload: { at: new Date() } });
// @ts-expect-error valibot's output is not its input
await jobs.enqueue(byValibot, { payload: { at: new Date() } });
// @ts-expect-error arktype's output is not its input
await jobs.enqueue(byArktype, { payload: { at: new Date() } });

// @ts-expect-error a Date is not JSON
defineTask({ type: "zod", payload: z.object({ at: z.date() }) });
// @ts-expect-error a bigint is not JSON
defineTask({ type: "zod", payload: z.object({ n: z.bigint() }) });
// @ts-expect-error a Map is not JSON
defineTask({ type: "zod", payload: z.object({ byId: z.map(z.string(), z.string()) }) });
// @ts-expect-error a Date is not JSON
defineTask({ type: "valibot", payload: v.object({ at: v.date() }) });
// @ts-expect-error a Set is not JSON
defineTask({ type: "valibot", payload: v.object({ tags: v.set(v.string()) }) });
// @ts-expect-error a Date is not JSON
defineTask({ type: "arktype", payload: type({ at: "Date" }) });
// @ts-expect-error a bigint is not JSON
defineTask({ type: "arktype", payload: type({ n: "bigint" }) });
// @ts-expect-error a part that may be undefined, though it is there, comes back as a part that is not there
defineTask({ type: "zod", payload: z.object({ note: z.union([z.string(), z.undefined()]) }) });
