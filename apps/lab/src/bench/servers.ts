import { connect } from "node:net";
import { type PostgresServer, startPostgres } from "@sluice/testkit/postgres";

/** Durable as in production; beyond that, room for all the connections, and no checkpoint in the middle of a measurement. */
export const postgresSettings = {
  fsync: true,
  synchronous_commit: true,
  full_page_writes: true,
  shared_buffers: "512MB",
  max_connections: 500,
  max_wal_size: "4GB",
} as const;

export function startBenchPostgres(): Promise<PostgresServer> {
  const { fsync, ...settings } = postgresSettings;
  return startPostgres({ fsync, settings });
}

export interface FoundRedis {
  readonly url: string;
  readonly version: string;
}

/** The one that `REDIS_URL` names, or the one of this machine; `null` when neither answers. */
export async function findRedis(
  url = process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379",
): Promise<FoundRedis | null> {
  const { hostname, port } = new URL(url);
  if (!(await answers(hostname, Number(port || "6379")))) return null;
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, { maxRetriesPerRequest: 1, lazyConnect: true });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    const version = /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "unknown";
    const [, appendOnly] = (await redis.config("GET", "appendonly")) as string[];
    return {
      url,
      version: `${version}, append-only file ${appendOnly === "yes" ? "on" : "off: not durable"}`,
    };
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
