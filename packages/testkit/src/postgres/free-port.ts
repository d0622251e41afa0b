import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A free port on 127.0.0.1, below the range from which systems take the ports of outgoing connections: a client that
 * reconnects while the server is down could otherwise be given the server's own port, and so connect to itself.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch {
    return false;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
