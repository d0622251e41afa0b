import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { CallLedger, JobStore, Logger } from "@sluice/core";
import { createJobs, createWorker, type Jobs, type Worker } from "@sluice/runner";
import { createPostgresStore, type DrizzleTransaction, type StoreWarning } from "@sluice/store-drizzle";
import { type CostQuery, type CostSum, createCallLedger, sumCosts } from "@sluice/store-drizzle/ai";
import { createTargetRepository, type StoredTargetRepository } from "@sluice/store-drizzle/targets";
import type { Config } from "./config/config.js";
import { findPending } from "./database/migrations.js";
import type { OpenDatabase } from "./database/open-database.js";

// The SDK would print what it has to say about models on the console, between our lines.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** Everything that a command may need, over one open database. The only place where store, handlers and runner meet. */
export interface App {
  readonly db: DrizzleTransaction;
  readonly store: JobStore<DrizzleTransaction>;
  readonly jobs: Jobs<DrizzleTransaction>;
  readonly targets: StoredTargetRepository;
  sumCosts(query: CostQuery): Promise<readonly CostSum[]>;
  /** Loads the AI SDK, which only those need who run jobs. */
  createWorker(options: AppWorkerOptions): Promise<Worker>;
  /** The migrations that the database lacks. */
  pendingMigrations(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface AppWorkerOptions {
  readonly model: string | LanguageModelV4;
  readonly logger: Logger;
  readonly concurrency?: number;
  readonly batchSize?: number;
  /** Puts itself between the handlers and the ledger of calls. */
  readonly recordCalls?: (calls: CallLedger) => CallLedger;
}

/**
 * Puts the parts together, over tables that are up to date. Whoever opened the database closes it, after the app. `onWarning` hears
 * what the store has to say to an operator.
 */
export function composeApp(
  config: Config,
  database: OpenDatabase,
  onWarning: (warning: StoreWarning) => void,
): App {
  const { db, listen } = database;
  const store = createPostgresStore({
    db,
    prepare: config.prepare,
    onWarning,
    ...(listen !== null && { listen }),
    gatePolicy: { maxUntoldWaitMs: config.rateLimitPauseMs },
    upkeepPolicy: { keepCompletedMs: config.keepCompletedMs, keepFailedMs: config.keepFailedMs },
  });
  const targets = createTargetRepository({ db });
  return {
    db,
    store,
    targets,
    jobs: createJobs({ store, maxAttempts: config.maxAttempts }),
    createWorker: async ({ model, logger, recordCalls = (calls) => calls, ...options }) => {
      const { aiHandlers } = await import("@sluice/handlers-ai");
      return createWorker({
        store,
        handlers: aiHandlers({
          model,
          targets,
          calls: recordCalls(createCallLedger({ db })),
          limits: config.limits,
          env: config.env,
        }),
        concurrency: options.concurrency ?? config.concurrency,
        batchSize: options.batchSize ?? config.batchSize,
        jobDelayMs: config.jobDelayMs,
        pollIntervalMs: config.pollIntervalMs,
        leaseMs: config.leaseMs,
        logger,
      });
    },
    sumCosts: (query) => sumCosts(db, query),
    pendingMigrations: () => findPending(db),
    close: () => store.close(),
  };
}
