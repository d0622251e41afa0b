import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type SdkModel, sdkModelNames } from "./sdk-models.js";

/** What an answer must come to. What is not said is not checked. */
const expectation = z.strictObject({
  /** Of ours; of a list, any will do. */
  outcome: z.union([z.string(), z.array(z.string()).min(1)]),
  reason: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  /** From, to; `null`: no wait is named. */
  waitMs: z.tuple([z.number(), z.number()]).nullable().optional(),
  scope: z.enum(["minute", "day"]).optional(),
  usageIn: z.number().optional(),
  cached: z.number().optional(),
});

const replayCase = z.object({
  id: z.string().min(1),
  /** Which of the SDK's providers asks. */
  via: z.enum(sdkModelNames),
  status: z.number().int().min(0).max(999),
  headers: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
  body: z.unknown().optional(),
  rawBody: z.string().optional(),
  drop: z.boolean().optional(),
  hang: z.boolean().optional(),
  expect: expectation,
});

export type Expectation = z.output<typeof expectation>;
export type ReplayCase = z.output<typeof replayCase> & { readonly via: SdkModel };

/** The file cannot be replayed: it is not there, not JSON, or not of this form. Every fault at once. */
export class ReplayFileError extends Error {
  override readonly name = "ReplayFileError";
}

const maxFaults = 20;

export async function readReplayFile(path: string): Promise<readonly ReplayCase[]> {
  const parsed = z
    .array(replayCase)
    .min(1)
    .safeParse(await readJson(path));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path: place, message }) => `  - ${place.length === 0 ? "the file" : place.join(".")}: ${message}`,
  );
  const more = faults.length > maxFaults ? [`  … and ${faults.length - maxFaults} more`] : [];
  throw new ReplayFileError(
    [`${path} is not a list of answers:`, ...faults.slice(0, maxFaults), ...more].join("\n"),
  );
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ReplayFileError(`${path} cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ReplayFileError(`${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
