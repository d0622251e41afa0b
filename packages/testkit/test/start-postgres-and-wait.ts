import { createInterface } from "node:readline";
import { startPostgres } from "../src/postgres/start-postgres.js";

// Tells on standard output what it started, then lives until told to exit or killed.
const { url, pid, dataDirectory } = await startPostgres();
console.log(JSON.stringify({ url, pid, dataDirectory }));
createInterface(process.stdin).on("line", () => process.exit(0));
