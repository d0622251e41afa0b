// Invites so many guests to be greeted.
import { createJobs } from "@sluice/runner";
import { createPostgresStore, migrate } from "@sluice/store-drizzle";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { greet } from "./greet.js";

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("set DATABASE_URL");
const pool = createPool(url);
const db = drizzle(pool);
await migrate(db);
const store = createPostgresStore({ db });
const guests = Number(process.argv[2] ?? 100);

function* invitations() {
  for (let guest = 1; guest <= guests; guest += 1) yield { payload: { guest } };
}

const { created } = await createJobs({ store }).enqueueMany(greet, invitations());
console.log(`${created} guests are waiting`);
await store.close();
await pool.end();
