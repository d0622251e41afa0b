// Built code in a process of its own, as an app that starts: says when it is loaded, migrates when it is told to, and is done.
import { once } from "node:events";
import { migrate } from "@sluice/store-drizzle";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";

const client = postgres(process.argv[2], { max: 1, onnotice: () => undefined });
process.stdout.write("loaded\n");
await once(process.stdin, "data");
await migrate(drizzle(client));
await client.end();
process.exit(0);
