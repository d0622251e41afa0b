import { createPostgresBackend, runMigrations, withBackend } from "bullmq";
import { Client } from "pg";
import { createBullMqEngine } from "./bullmq.js";

export const { Queue, Worker } = withBackend(createPostgresBackend);

export const engine = createBullMqEngine({
  async prepare({ databaseUrl }) {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await runMigrations(client);
    await client.end();
  },
  openQueue: ({ databaseUrl }, taskType, options) =>
    new Queue(taskType, { ...options, connection: { connectionString: databaseUrl, max: 20 } }),
  openWorker: ({ databaseUrl }, taskType, process, options) =>
    new Worker(taskType, process, { ...options, connection: { connectionString: databaseUrl, max: 20 } }),
});
