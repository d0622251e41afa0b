import { z } from "zod";
import { isLoopback } from "./is-loopback.js";

/** What a variable is, beside its rule: for the documentation and for `sluice config`. */
interface About {
  /** In a sentence or two, in Markdown. */
  readonly description: string;
  readonly example?: string;
  /** Its value is never shown. */
  readonly isSecret?: boolean;
}

const text = (rule: z.ZodString, about: About) => rule.optional().meta({ ...about });

const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int(error).min(least, error).max(most, error);
};

const number = (least: number, most: number, usual: number, about: About) =>
  whole(least, most)
    .default(usual)
    .meta({ ...about });

const optionalNumber = (least: number, most: number, about: About) =>
  whole(least, most)
    .optional()
    .meta({ ...about });

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Everything that Sluice is told by its environment or a `.env` file, in the order in which it is documented. */
export const variables = z
  .object({
    DATABASE_URL: text(z.string().refine(isPostgresUrl, postgresUrlRule()), {
      description:
        "The Postgres database. Without it there is only the embedded one in `.sluice/`: `sluice worker` uses it when told `--embedded`, the other commands when it exists.",
      example: "postgres://user:password@localhost:5432/app",
      isSecret: true,
    }),
    DATABASE_DIRECT_URL: text(z.string().refine(isPostgresUrl, postgresUrlRule()), {
      description:
        "Where `DATABASE_URL` leads to a pooler: the way past it, to the same database, for what needs a connection of its own, which is LISTEN and migrations.",
      example: "postgres://user:password@db.internal:5432/app",
      isSecret: true,
    }),
    DATABASE_POOLER: z
      .enum(["none", "transaction"], { error: "must be none or transaction" })
      .default("none")
      .meta({
        description:
          "`transaction`: `DATABASE_URL` leads to a pooler that hands connections on between transactions, as PgBouncer does. Then no settings are sent at connecting, and without `DATABASE_DIRECT_URL` nobody listens: workers poll. See [operations.md](operations.md#databases-pools-and-pgbouncer).",
      }),
    DATABASE_PREPARE: z.enum(["on", "off"], { error: "must be on or off" }).default("on").meta({
      description:
        "Whether statements are prepared once per connection, which makes them a quarter faster. `off` for a pooler that does not track them: PgBouncer before 1.21, or with `max_prepared_statements = 0`.",
    }),
    AI_MODEL: text(z.string(), {
      description: "The model that is asked, as `provider:model`. The providers and their keys are below.",
      example: "openai:gpt-5-mini",
    }),
    AI_JOB_CONCURRENCY: number(1, 1_000, 1, { description: "Jobs that run at once in one worker." }),
    AI_JOB_DELAY_MS: number(0, 3_600_000, 0, {
      description: "The least time between two dispatches of one worker. With 0 there is none.",
    }),
    MAX_AI_JOB_ATTEMPTS: number(1, 100, 3, {
      description:
        'How often a job is tried before it fails, the first time included. A provider\'s "not now" does not count. Holds for jobs that are enqueued from then on.',
    }),
    POLLING_INTERVAL_MS: number(50, 3_600_000, 5_000, {
      description: "How often an idle worker looks for jobs when no notification wakes it.",
    }),
    BATCH_SIZE: number(1, 1_000, 5, {
      description: "Jobs that a worker takes at once; never more than it has free slots for.",
    }),
    RATE_LIMIT_PAUSE_MS: number(1_000, 86_400_000, 60_000, {
      description:
        "The longest pause after a rate limit for which the provider named none. The first pause is 1 s, doubled while refusals go on.",
    }),
    AI_REQUESTS_PER_MINUTE: optionalNumber(1, 10_000_000, {
      description:
        "The model's quota of requests, for all workers together. Without it, it is learned from the provider's headers and refusals.",
    }),
    AI_TOKENS_PER_MINUTE: optionalNumber(1, 10_000_000_000, {
      description: "The same for tokens, input and output together.",
    }),
    AI_PRICES: text(z.string(), {
      description:
        "Prices that count before the built-in ones, as JSON: US dollars per million tokens, by model. See [providers.md](providers.md#cost).",
      example: '{"openai-compatible:llama3.2:3b": {"inputPerMillion": 0, "outputPerMillion": 0}}',
    }),
    LEASE_MS: number(1_000, 3_600_000, 15_000, {
      description:
        "How long a job stays with a worker that gives no sign of life; a living one renews it three times as often. After it, another worker takes the job back.",
    }),
    SHUTDOWN_GRACE_MS: number(0, 3_600_000, 20_000, {
      description:
        "How long running jobs may take to end after SIGTERM. Then they are stopped and given back, without an attempt used.",
    }),
    KEEP_COMPLETED_DAYS: number(0, 36_500, 7, {
      description: "How long completed jobs are kept before workers delete them.",
    }),
    KEEP_FAILED_DAYS: number(0, 36_500, 30, {
      description: "How long jobs are kept that failed or were cancelled.",
    }),
    HTTP_HOST: text(z.string().regex(/^[\w.:%-]+$/, "must be the name or address of an interface"), {
      description:
        "Where a worker listens for health checks, metrics and the admin API. By default on 127.0.0.1, which only this machine reaches; anything else asks for ADMIN_TOKEN.",
      example: "0.0.0.0",
    }),
    HTTP_PORT: optionalNumber(0, 65_535, {
      description:
        "On which port. Without it 7777, or any free one when that is taken; 0 is any free one. The log says which.",
    }),
    ADMIN_TOKEN: text(
      z
        .string()
        .min(16, "must have 16 characters or more: make one with `openssl rand -hex 32`")
        .regex(/^[\x21-\x7e]*$/, "must be of visible ASCII characters, without blanks"),
      {
        description: "What callers of the admin API send as `Authorization: Bearer …`.",
        isSecret: true,
      },
    ),
    LOG_LEVEL: z
      .enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` })
      .optional()
      .meta({
        description:
          "What is logged, to standard error: JSON lines, or readable text on a terminal. `info` for `sluice worker`, `error` for the other commands.",
      }),
  })
  .refine(({ HTTP_HOST, ADMIN_TOKEN }) => ADMIN_TOKEN !== undefined || isLoopback(HTTP_HOST ?? "127.0.0.1"), {
    path: ["HTTP_HOST"],
    error:
      "would let others reach the admin API: set ADMIN_TOKEN, too (make one with `openssl rand -hex 32`)",
    when: ({ issues }) =>
      !issues.some(({ path }) => path?.[0] === "HTTP_HOST" || path?.[0] === "ADMIN_TOKEN"),
  });

/** Where a password has an @, / or # that is not escaped, a part of it would count as host, path or fragment, which are shown. */
function isPostgresUrl(text: string): boolean {
  const url = /^postgres(ql)?:\/\//.test(text) ? URL.parse(text) : null;
  return url !== null && url.hash === "" && !`${url.pathname}${url.search}`.includes("@");
}

function postgresUrlRule(): string {
  return "must be a URL like postgres://user:password@host:5432/database; in a password, @ / # are written as %40 %2F %23";
}

export type VariableName = keyof typeof variables.shape;
