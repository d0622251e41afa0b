import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { createFlow, type Flow } from "./tcp-flow.js";

/** Stands between clients and a server, and does to their connections what networks do. */
export interface TcpProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  /** How many connections go through it now. */
  readonly connections: number;
  /** The same URL by way of the proxy. */
  through(url: string): string;
  /** Resets every connection, on both sides. New ones are taken. */
  cutAll(): void;
  /**
   * While half open, nothing gets through and nobody hears of it, not even that the other side has closed; who connects is
   * taken and never answered. Afterwards what was held back arrives.
   */
  setHalfOpen(isHalfOpen: boolean): void;
  /** How long bytes are under way from now on, each way; 0 at first. */
  setDelay(delayMs: number): void;
  /**
   * Resets, once, the next connection on which a client sends this text: before the server gets it (`request`), or when the
   * server has done it and answers (`answer`). Resolves then. The text must not be longer than what is sent at once, and
   * nothing else may be unanswered on that connection.
   */
  cutAt(moment: CutMoment, text: string): Promise<void>;
  /** The same, but that connection is half open from then on, for good: as if the client's machine had stopped. */
  silenceAt(moment: CutMoment, text: string): Promise<void>;
  /** Resets all connections and takes no more. */
  close(): Promise<void>;
}

export type CutMoment = "request" | "answer";

export interface TcpProxyOptions {
  /** Of the server. */
  readonly port: number;
  readonly host?: string;
}

interface Link {
  readonly flows: readonly Flow[];
  reset(): void;
}

interface Trap {
  readonly moment: CutMoment;
  readonly text: string;
  readonly harm: "cut" | "silence";
  readonly onSprung: () => void;
}

export async function startTcpProxy({ port, host = "127.0.0.1" }: TcpProxyOptions): Promise<TcpProxy> {
  const links = new Set<Link>();
  const traps = new Set<Trap>();
  const weather = { isHalfOpen: false, delayMs: 0 };

  function link(client: Socket): void {
    const server = connect({ port, host, noDelay: true, allowHalfOpen: true });
    let atAnswer: (() => void) | null = null;
    let isSilent = false;
    const reset = (): void => {
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    const requests = createFlow({
      from: client,
      to: server,
      weather,
      pass: (bytes) => {
        if (isSilent) return false;
        const trap = [...traps].find(({ text }) => bytes.includes(text));
        if (trap === undefined) return true;
        traps.delete(trap);
        const spring = () => {
          if (trap.harm === "cut") reset();
          else isSilent = true;
          trap.onSprung();
        };
        if (trap.moment === "request") spring();
        else atAnswer = spring;
        return trap.moment === "answer";
      },
      onEnd: () => {
        if (!isSilent) server.end();
      },
      onReset: () => {
        if (!isSilent) reset();
      },
    });
    const answers = createFlow({
      from: server,
      to: client,
      weather,
      pass: () => {
        atAnswer?.();
        return atAnswer === null && !isSilent;
      },
      onEnd: () => {
        if (!isSilent) client.end();
      },
      onReset: () => {
        if (!isSilent) reset();
      },
    });
    const made: Link = { flows: [requests, answers], reset };
    links.add(made);
    const forget = (): void => {
      if (client.closed && server.closed) links.delete(made);
    };
    client.on("close", forget);
    server.on("close", forget);
  }

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, link).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  const setTrap = (trap: Omit<Trap, "onSprung">): Promise<void> =>
    new Promise((resolve) => {
      traps.add({ ...trap, onSprung: resolve });
    });
  const cutAll = (): void => {
    for (const { reset } of [...links]) reset();
  };
  return {
    port: address.port,
    get connections() {
      return links.size;
    },
    through: (url) => {
      const changed = new URL(url);
      changed.host = `127.0.0.1:${address.port}`;
      return changed.href;
    },
    cutAll,
    setHalfOpen: (isHalfOpen) => {
      weather.isHalfOpen = isHalfOpen;
      for (const { flows } of [...links]) for (const flow of flows) flow.pump();
    },
    setDelay: (delayMs) => {
      weather.delayMs = delayMs;
    },
    cutAt: (moment, text) => setTrap({ moment, text, harm: "cut" }),
    silenceAt: (moment, text) => setTrap({ moment, text, harm: "silence" }),
    close: async () => {
      // Takes no more from here on. That it has "closed" is said when the last socket is, and one that is reset while its last bytes are on
      // their way can be lost by Node: nobody needs to wait for that.
      listener.close();
      cutAll();
    },
  };
}
