import { randomBytes } from "node:crypto";
import type { PostgresServer } from "@sluice/testkit/postgres";
import postgres from "postgres";
import type { Contender } from "./contenders.js";
import { type Child, startChild } from "./processes/child-process.js";
import type { ContenderDesk, ContenderSetUp } from "./processes/contender-desk.js";

export interface Servers {
  readonly postgres: Pick<PostgresServer, "createDatabase" | "pid" | "version">;
  /** `null`: there is none. */
  readonly redisUrl: string | null;
}

export interface StageOptions {
  readonly taskTypes: readonly string[];
  readonly wakes?: boolean;
  readonly connections?: number;
}

/** A contender with tables of its own, and a process that enqueues and counts. */
export interface Stage {
  readonly contender: Contender;
  readonly databaseUrl: string;
  readonly producer: Child<ContenderDesk>;
  /** One more process with the same engine. Ended with the stage, or by whoever asked for it. */
  startProcess(): Child<ContenderDesk>;
  /** Leaves nothing of the filling to be done while others are measured. */
  calm(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(
  { postgres: server, redisUrl }: Servers,
  contender: Contender,
  { taskTypes, wakes = false, connections = 10 }: StageOptions,
): Promise<Stage> {
  const database = await server.createDatabase();
  const prefix = `sluice-bench-${randomBytes(4).toString("hex")}`;
  const setUp: ContenderSetUp = {
    engine: contender.engine,
    place: { databaseUrl: database.url, redisUrl, prefix },
    taskTypes,
    wakes,
    connections,
  };
  const children: Child<ContenderDesk>[] = [];
  const startProcess = () => {
    const child = startChild<ContenderDesk>("bench-contender", setUp);
    children.push(child);
    return child;
  };

  const producer = startProcess();
  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    for (const child of children.filter((one) => one !== producer)) await child.kill();
    // Keys in Redis are removed; everything else goes with the database.
    if (contender.engine === "bullmq-on-redis")
      await producer.call("stop", [], { limitMs: 10_000 }).catch(() => undefined);
    await producer.kill();
    await database.drop();
  }
  try {
    await producer.call("setUp", []);
  } catch (cause) {
    await close();
    throw new Error(`${contender.label} cannot make its tables`, { cause });
  }
  return {
    contender,
    databaseUrl: database.url,
    producer,
    startProcess,
    calm: () => calm(database.url),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function calm(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe("vacuum analyze");
    await sql.unsafe("checkpoint");
  } finally {
    await sql.end({ timeout: 5 });
  }
}
