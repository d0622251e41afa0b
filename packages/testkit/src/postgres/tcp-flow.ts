import type { Socket } from "node:net";

/** One direction of a connection through the proxy. */
export interface Flow {
  /** Lets through what may go now. */
  pump(): void;
}

export interface FlowOptions {
  readonly from: Socket;
  readonly to: Socket;
  /** Looked at anew for everything that arrives. */
  readonly weather: { readonly isHalfOpen: boolean; readonly delayMs: number };
  /** `false`: these bytes go no further. */
  readonly pass: (bytes: Buffer) => boolean;
  readonly onEnd: () => void;
  readonly onReset: () => void;
}

type Arrival = { readonly dueAtMs: number } & (
  | { readonly type: "bytes"; readonly bytes: Buffer }
  | { readonly type: "end" }
  | { readonly type: "reset" }
);

/** Passes on bytes, the end and the loss of a connection, in order, when the weather allows. */
export function createFlow({ from, to, weather, pass, onEnd, onReset }: FlowOptions): Flow {
  const arrivals: Arrival[] = [];
  let timer: NodeJS.Timeout | undefined;

  function arrive(arrival: { type: "end" | "reset" } | { type: "bytes"; bytes: Buffer }): void {
    arrivals.push({ ...arrival, dueAtMs: performance.now() + weather.delayMs });
    pump();
  }

  function pump(): void {
    clearTimeout(timer);
    while (arrivals[0] !== undefined && !weather.isHalfOpen) {
      const waitMs = arrivals[0].dueAtMs - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(pump, waitMs);
        return;
      }
      const [arrival] = arrivals.splice(0, 1);
      if (arrival !== undefined) deliver(arrival);
    }
  }

  function deliver(arrival: Arrival): void {
    switch (arrival.type) {
      case "bytes":
        if (pass(arrival.bytes)) to.write(arrival.bytes);
        return;
      case "end":
        onEnd();
        return;
      case "reset":
        onReset();
    }
  }

  from.on("data", (bytes: Buffer) => arrive({ type: "bytes", bytes }));
  from.on("end", () => arrive({ type: "end" }));
  // Whatever it was that the socket met, the other side is told by a reset.
  from.on("error", () => arrive({ type: "reset" }));
  return { pump };
}
