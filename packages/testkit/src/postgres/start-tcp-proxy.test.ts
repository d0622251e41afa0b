import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startTcpProxy } from "./start-tcp-proxy.js";

/** A server that answers what it is sent, and the proxy in front of it. */
async function openEcho() {
  const received: string[] = [];
  const served: Socket[] = [];
  const server = createServer((socket) => {
    served.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      received.push(String(bytes));
      socket.write(`re: ${bytes}`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await startTcpProxy({ port: (server.address() as AddressInfo).port });
  onTestFinished(async () => {
    await proxy.close();
    for (const socket of served) socket.destroy();
    server.close();
  });
  return { proxy, received, served };
}

async function dial(port: number) {
  const socket = connect({ port, host: "127.0.0.1" });
  let heard = "";
  let error: NodeJS.ErrnoException | null = null;
  socket.on("data", (bytes) => {
    heard += String(bytes);
  });
  socket.on("error", (met) => {
    error = met;
  });
  await once(socket, "connect");
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    send: (text: string) => void socket.write(text),
    heard: () => heard,
    code: () => error?.code,
  };
}

test("bytes and the end of a connection pass both ways", async () => {
  const { proxy, served } = await openEcho();
  const client = await dial(proxy.port);
  client.send("hello");
  await expect.poll(client.heard).toBe("re: hello");
  client.socket.end();
  await expect.poll(() => served[0]?.closed).toBe(true);
  await expect.poll(() => proxy.connections).toBe(0);
});

test("cutting resets both sides, and others may connect", async () => {
  const { proxy, served } = await openEcho();
  const client = await dial(proxy.port);
  client.send("hello");
  await expect.poll(client.heard).toBe("re: hello");
  proxy.cutAll();
  await expect.poll(client.code).toBe("ECONNRESET");
  await expect.poll(() => served[0]?.closed).toBe(true);
  const next = await dial(proxy.port);
  next.send("again");
  await expect.poll(next.heard).toBe("re: again");
});

test("while half open nothing arrives, not even the end of a connection; afterwards it does, in order", async () => {
  const { proxy, served, received } = await openEcho();
  const [client, leaving] = [await dial(proxy.port), await dial(proxy.port)];
  await expect.poll(() => served.length).toBe(2);
  proxy.setHalfOpen(true);
  client.send("one ");
  leaving.socket.resetAndDestroy();
  const late = await dial(proxy.port);
  late.send("late");
  client.send("two");
  // Long enough for them to have come: the proxy is asked by another way.
  const other = await openEcho();
  const witness = await dial(other.proxy.port);
  witness.send("now");
  await expect.poll(witness.heard).toBe("re: now");
  expect(received).toEqual([]);
  expect(served.filter(({ closed }) => closed)).toEqual([]);
  proxy.setHalfOpen(false);
  await expect.poll(() => received.join("")).toContain("one two");
  await expect.poll(late.heard).toBe("re: late");
  await expect.poll(() => served.filter(({ closed }) => closed).length).toBe(1);
});

test("delayed bytes are under way for that long, each way", async () => {
  const { proxy } = await openEcho();
  const client = await dial(proxy.port);
  proxy.setDelay(100);
  const sentAtMs = performance.now();
  const heardAtMs = once(client.socket, "data").then(() => performance.now());
  client.send("slow");
  // Timers count in whole ms, and may be one early.
  expect((await heardAtMs) - sentAtMs).toBeGreaterThan(195);
  expect(client.heard()).toBe("re: slow");
});

test.each([
  ["request", []],
  ["answer", ["commit"]],
] as const)("a connection can be cut at the %s of a text, once", async (moment, expected) => {
  const { proxy, received } = await openEcho();
  const [client, other] = [await dial(proxy.port), await dial(proxy.port)];
  const cut = proxy.cutAt(moment, "commit");
  client.send("commit");
  await cut;
  await expect.poll(client.code).toBe("ECONNRESET");
  expect(client.heard()).toBe("");
  expect(received).toEqual(expected);
  other.send("commit again");
  await expect.poll(other.heard).toBe("re: commit again");
});

test("a connection can fall silent at a text for good: neither side hears of the other, nor of its end", async () => {
  const { proxy, received, served } = await openEcho();
  const [client, other] = [await dial(proxy.port), await dial(proxy.port)];
  const silent = proxy.silenceAt("request", "commit");
  client.send("commit");
  await silent;
  client.socket.resetAndDestroy();
  other.send("hello");
  await expect.poll(other.heard).toBe("re: hello");
  expect(received).toEqual(["hello"]);
  expect(served.filter(({ closed }) => closed)).toEqual([]);
  proxy.cutAll();
  await expect.poll(() => served.filter(({ closed }) => closed).length).toBe(2);
});

test("who connects while the server is down is reset", async () => {
  const { proxy } = await openEcho();
  const nowhere = await startTcpProxy({ port: 1 });
  onTestFinished(() => nowhere.close());
  const client = await dial(nowhere.port);
  await expect.poll(client.code).toBe("ECONNRESET");
  expect(proxy.through("postgres://me@db:5432/app?sslmode=require")).toBe(
    `postgres://me@127.0.0.1:${proxy.port}/app?sslmode=require`,
  );
});
