import { tellObserver } from "../tell-observer.js";
import type { WorkerEvent, WorkerEventOf, WorkerEventType } from "./worker-event.js";
import { workerEventTypes } from "./worker-event-types.js";

/** Told of everything that happens. May be asynchronous; nobody waits for it. */
export type Observer = (event: WorkerEvent) => unknown;
export type Emit = (event: WorkerEvent) => void;

/** Who wants to know what happens. An observer that throws, or whose promise is rejected, is reported and changes nothing. */
export interface Observers {
  readonly emit: Emit;
  /** Answers how to stop observing. Throws a TypeError on what cannot be called, `on` on events that do not exist, too. */
  observe(observer: Observer): () => void;
  on<Type extends WorkerEventType>(type: Type, listener: (event: WorkerEventOf<Type>) => unknown): () => void;
}

export function createObservers(onTrouble: (error: unknown, event: WorkerEvent) => void): Observers {
  const all = new Set<Observer>();

  function observe(observer: Observer): () => void {
    checkListener(observer);
    const own: Observer = (event) => observer(event); // so that one function may be registered twice
    all.add(own);
    return () => void all.delete(own);
  }

  return {
    observe,
    on(type, listener) {
      checkListener(listener);
      if (!workerEventTypes.includes(type))
        throw new TypeError(`a worker has no event ${String(type)}; it has ${workerEventTypes.join(", ")}`);
      return observe((event) => (isOfType(event, type) ? listener(event) : undefined));
    },
    emit(event) {
      for (const observer of all) tellObserver(observer, event, onTrouble);
    },
  };
}

function checkListener(listener: unknown): void {
  if (typeof listener !== "function")
    throw new TypeError(
      `who listens to a worker must be a function, got ${listener === null ? "null" : typeof listener}`,
    );
}

function isOfType<Type extends WorkerEventType>(
  event: WorkerEvent,
  type: Type,
): event is WorkerEventOf<Type> {
  return event.type === type;
}
