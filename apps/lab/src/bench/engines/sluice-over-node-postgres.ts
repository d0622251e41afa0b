import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { createSluiceEngine } from "./sluice.js";

export const engine = createSluiceEngine((url, connections) => {
  const pool = new Pool({ connectionString: url, max: connections });
  return { db: drizzle(pool), close: () => pool.end() };
});
