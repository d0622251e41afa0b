import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { createSluiceEngine, type OpenedDatabase } from "./sluice.js";

export const engine = createSluiceEngine(openOverPostgresJs);

function openOverPostgresJs(url: string, connections: number): OpenedDatabase {
  const client = postgres(url, { max: connections, onnotice: () => undefined });
  return { db: drizzle(client), close: () => client.end({ timeout: 5 }) };
}
