import { defineTask, type StandardSchemaV1, type Task } from "@sluice/core";

/** What every job of a run is asked to do. */
export type Payload = {
  /** Tells the requests of a run apart. */
  readonly request: number;
  /** Today's workers do not take it any more. */
  readonly isOutdated: boolean;
};

/** Producers and workers are not of one version: what the former may send, the latter may refuse. */
function schemaThat(takes: (payload: Payload) => boolean): StandardSchemaV1<Payload> {
  return {
    "~standard": {
      version: 1,
      vendor: "sluice-lab",
      validate: (value) =>
        isPayload(value) && takes(value)
          ? { value }
          : { issues: [{ message: "outdated", path: ["isOutdated"] }] },
    },
  };
}

function isPayload(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && "request" in value && "isOutdated" in value;
}

const anyPayload = schemaThat(() => true);
const currentPayload = schemaThat(({ isOutdated }) => !isOutdated);

type SimulatedTask = Task<string, Payload, Payload>;

export const taskTypes = ["summarize", "topics", "translate", "index", "notify"] as const;
export type TaskType = (typeof taskTypes)[number];
/** Jobs of this type are still enqueued, and nobody runs them any more. */
export const retiredType = "retired";

/** As producers know them. */
export const enqueuedTasks: { readonly [Type in TaskType | typeof retiredType]: SimulatedTask } = {
  summarize: defineTask({ type: "summarize", payload: anyPayload, targets: ["document", "code", "image"] }),
  topics: defineTask({ type: "topics", payload: anyPayload, targets: ["conversation"] }),
  translate: defineTask({ type: "translate", payload: anyPayload }),
  index: defineTask({ type: "index", payload: anyPayload }),
  notify: defineTask({ type: "notify", payload: anyPayload }),
  retired: defineTask({ type: retiredType, payload: anyPayload }),
};

/** As workers know them. */
export const handledTasks: { readonly [Type in TaskType]: SimulatedTask } = {
  summarize: defineTask({ type: "summarize", payload: currentPayload, targets: ["document", "code"] }),
  topics: defineTask({ type: "topics", payload: currentPayload, targets: ["conversation"] }),
  translate: defineTask({ type: "translate", payload: currentPayload }),
  index: defineTask({ type: "index", payload: currentPayload }),
  notify: defineTask({ type: "notify", payload: currentPayload }),
};
