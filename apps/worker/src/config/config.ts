import { type EnvFile, readEnvFile } from "./env-file.js";
import { variables } from "./variables.js";

/** The settings, checked. What each means, and its name outside, is said in `variables.ts`. */
export interface Config {
  readonly databaseUrl: string | null;
  /** Past the pooler. */
  readonly directUrl: string | null;
  /** Whether `databaseUrl` leads to one that hands connections on between transactions. */
  readonly behindPooler: boolean;
  readonly prepare: boolean;
  readonly model: string | null;
  readonly concurrency: number;
  readonly jobDelayMs: number;
  readonly maxAttempts: number;
  readonly pollIntervalMs: number;
  readonly batchSize: number;
  readonly rateLimitPauseMs: number;
  /** Of the model; `null`: to be learned. */
  readonly limits: { readonly requestsPerMinute: number | null; readonly tokensPerMinute: number | null };
  readonly leaseMs: number;
  readonly shutdownGraceMs: number;
  readonly keepCompletedMs: number;
  readonly keepFailedMs: number;
  readonly http: HttpConfig;
  /** `null`: the command knows best. */
  readonly logLevel: string | null;
  /** All that is set, for what others read themselves: keys and base URLs of providers. */
  readonly env: Environment;
  /** What of it comes from the `.env` file. */
  readonly fromFile: ReadonlySet<string>;
}

export interface HttpConfig {
  readonly host: string;
  /** `null`: nobody said. */
  readonly port: number | null;
  readonly adminToken: string | null;
}

export type Environment = { readonly [name: string]: string | undefined };

/** Settings that cannot be used: every fault at once. Values are not shown, they may be secrets. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

const dayMs = 24 * 3_600_000;

/** The environment and the `.env` file of a folder; what the environment says counts. Throws a ConfigError. */
export function loadConfig(env: Environment = process.env, folder: string = process.cwd()): Config {
  return readConfig(env, readEnvFile(folder));
}

/** What is set. Empty variables count as unset; one that is empty in the environment unsets the file's. */
export function mergeEnvironment(env: Environment, file: EnvFile): Environment {
  const given = Object.entries({ ...file.variables, ...env });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value.trim() !== ""));
}

/** From what is set. Throws a ConfigError. */
export function readConfig(env: Environment, file: EnvFile = { variables: {}, faults: [] }): Config {
  const set = mergeEnvironment(env, file);
  const parsed = variables.safeParse(set);
  const issues = parsed.error?.issues ?? [];
  const faults = [...file.faults, ...issues.map(({ path, message }) => `${path.join(".")}: ${message}`)];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL ?? null,
    directUrl: data.DATABASE_DIRECT_URL ?? null,
    behindPooler: data.DATABASE_POOLER === "transaction",
    prepare: data.DATABASE_PREPARE === "on",
    model: data.AI_MODEL ?? null,
    concurrency: data.AI_JOB_CONCURRENCY,
    jobDelayMs: data.AI_JOB_DELAY_MS,
    maxAttempts: data.MAX_AI_JOB_ATTEMPTS,
    pollIntervalMs: data.POLLING_INTERVAL_MS,
    batchSize: data.BATCH_SIZE,
    rateLimitPauseMs: data.RATE_LIMIT_PAUSE_MS,
    limits: {
      requestsPerMinute: data.AI_REQUESTS_PER_MINUTE ?? null,
      tokensPerMinute: data.AI_TOKENS_PER_MINUTE ?? null,
    },
    leaseMs: data.LEASE_MS,
    shutdownGraceMs: data.SHUTDOWN_GRACE_MS,
    keepCompletedMs: data.KEEP_COMPLETED_DAYS * dayMs,
    keepFailedMs: data.KEEP_FAILED_DAYS * dayMs,
    http: {
      host: data.HTTP_HOST ?? "127.0.0.1",
      port: data.HTTP_PORT ?? null,
      adminToken: data.ADMIN_TOKEN ?? null,
    },
    logLevel: data.LOG_LEVEL ?? null,
    env: set,
    fromFile: new Set(Object.keys(set).filter((name) => env[name] === undefined)),
  };
}
