import { createPool } from "@sluice/store-drizzle/node-postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { createSluiceEngine, type OpenedDatabase } from "./sluice.js";

export const engine = createSluiceEngine(openOverNodePostgres);

export function openOverNodePostgres(url: string, connections: number): OpenedDatabase {
  const pool = createPool(url, { maxConnections: connections });
  return { db: drizzle(pool), close: () => pool.end() };
}
