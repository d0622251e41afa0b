import { sql } from "drizzle-orm";
import { openSession } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import type { DrizzleTransaction } from "../transaction.js";

/** The store's clock, standing still until it is moved. Numbers are ms since 1970. */
export interface FrozenClock {
  readonly advance: (ms: number) => Promise<void>;
  readonly set: (instant: Date | number) => Promise<void>;
  /** Gives the database its own clock back. */
  readonly release: () => Promise<void>;
}

/** 2026-01-01T00:00:00Z */
export const defaultInstant = 1_767_225_600_000;

const advanceClock = statement(
  "advance_clock",
  "update sluice.frozen_clock set instant = instant + $1::float8 * interval '1 ms'",
);
const setClock = statement(
  "set_clock",
  "update sluice.frozen_clock set instant = sluice.from_ms($1::float8)",
);

/**
 * For tests: stops the clock of all stores on this database, by replacing the one function that tells them the time. Every statement
 * asks that function, so that a store in production pays nothing for it. Default: 2026-01-01T00:00:00Z.
 */
export async function freezeClock(
  db: DrizzleTransaction,
  instant: Date | number = defaultInstant,
): Promise<FrozenClock> {
  const session = openSession(db, { prepare: false });
  const seconds = sql.raw(String(Number(instant) / 1_000));
  await db.execute(sql`create table sluice.frozen_clock as select to_timestamp(${seconds}) as instant`);
  await db.execute(sql`create or replace function sluice.now() returns timestamptz language sql volatile
    as $$ select instant from sluice.frozen_clock $$`);
  return {
    advance: async (ms) => void (await session.run(advanceClock, ms)),
    set: async (to) => void (await session.run(setClock, Number(to))),
    release: () => releaseClock(db),
  };
}

export async function releaseClock(db: DrizzleTransaction): Promise<void> {
  await db.execute(sql`create or replace function sluice.now() returns timestamptz language sql volatile
    as $$ select date_trunc('milliseconds', clock_timestamp()) $$`);
  await db.execute(sql`drop table if exists sluice.frozen_clock`);
}
