import type { Server } from "node:http";
import type { HttpConfig } from "../config/config.js";

/** Where a worker listens when nobody said. */
const usualPort = 7777;

/**
 * On the port of the configuration; without one on the usual port, or on any free one when that is taken. Throws when somebody else
 * has the port that was asked for.
 */
export async function listenOn(
  server: Server,
  { host, port }: Pick<HttpConfig, "host" | "port">,
): Promise<void> {
  try {
    await listen(server, host, port ?? usualPort);
  } catch (error) {
    if (!isPortInUse(error)) throw error;
    if (port !== null)
      throw new Error(
        `port ${port} of ${host} is in use by another process: set HTTP_PORT to a free one, or to 0 for any`,
        { cause: error },
      );
    await listen(server, host, 0);
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
