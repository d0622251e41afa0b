import { z } from "zod";

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** What the service is told by its environment. The names of old are kept. */
const variables = z.object({
  /** Postgres. Without it only an embedded database can be used, and only when that is said aloud. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL")
    .optional(),
  /** `provider:model`, `openai:gpt-5-mini` say. */
  AI_MODEL: z.string().optional(),
  /** Jobs that run at once in one worker. */
  AI_JOB_CONCURRENCY: whole(1, 1_000).default(1),
  /** The least time between two dispatches. */
  AI_JOB_DELAY_MS: whole(0, 3_600_000).default(0),
  /** Runs that count, the first included. */
  MAX_AI_JOB_ATTEMPTS: whole(1, 100).default(3),
  /** How often an idle worker looks, where no notification reaches it. */
  POLLING_INTERVAL_MS: whole(50, 3_600_000).default(5_000),
  /** Jobs per claim. */
  BATCH_SIZE: whole(1, 1_000).default(5),
  /** The longest pause after a rate limit for which the provider named none. */
  RATE_LIMIT_PAUSE_MS: whole(1_000, 86_400_000).default(60_000),
  /** How long running jobs may take to end when the service is stopped. */
  SHUTDOWN_GRACE_MS: whole(0, 3_600_000).default(20_000),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).optional(),
});

export interface Config {
  readonly databaseUrl: string | null;
  readonly model: string | null;
  readonly concurrency: number;
  readonly jobDelayMs: number;
  readonly maxAttempts: number;
  readonly pollIntervalMs: number;
  readonly batchSize: number;
  readonly rateLimitPauseMs: number;
  readonly shutdownGraceMs: number;
  /** `null`: the command knows best. */
  readonly logLevel: string | null;
  /** For what others read themselves: keys and base URLs of providers. */
  readonly env: { readonly [name: string]: string | undefined };
}

/** Settings that cannot be used: every fault at once. Values are not shown, they may be secrets. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

/** Reads and checks the environment. Empty variables count as unset. Throws a ConfigError. */
export function readConfig(env: Config["env"]): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = variables.safeParse(set);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL ?? null,
    model: data.AI_MODEL ?? null,
    concurrency: data.AI_JOB_CONCURRENCY,
    jobDelayMs: data.AI_JOB_DELAY_MS,
    maxAttempts: data.MAX_AI_JOB_ATTEMPTS,
    pollIntervalMs: data.POLLING_INTERVAL_MS,
    batchSize: data.BATCH_SIZE,
    rateLimitPauseMs: data.RATE_LIMIT_PAUSE_MS,
    shutdownGraceMs: data.SHUTDOWN_GRACE_MS,
    logLevel: data.LOG_LEVEL ?? null,
    env: set,
  };
}
