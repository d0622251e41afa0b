import type { RunUsage } from "../job/attempt.js";
import type { JobId } from "../job-id.js";
import type { JsonValue } from "../json.js";

/** Who makes a call, and for what: equal content keys ask the same question. */
export interface CallRequest {
  /** Hash of task, prompt version, schema version, model, parameters and normalised input. */
  readonly contentKey: string;
  readonly taskType: string;
  readonly model: string;
  readonly jobId: JobId;
  readonly leaseNo: number;
}

/** A stored answer that has not been found unusable. */
export interface StoredAnswer {
  readonly callId: string;
  readonly answer: JsonValue;
  readonly usage: RunUsage;
}

/** An answer as it came, before anybody parsed it. */
export interface ReceivedAnswer {
  readonly answer: JsonValue;
  readonly usage: RunUsage;
  /** The day (`2026-09-23`) of the price data that the cost was taken from; `null`: there was none. */
  readonly priceDate: string | null;
}

/**
 * Remembers each model call, so that no stored answer is paid for again. `sent` is written before the call, so that what a
 * crash leaves behind is shown as "unknown, possibly billed"; the answer is stored in its own transaction as soon as it
 * is in, before anybody parses it.
 */
export interface CallLedger {
  /** The latest usable answer to the same question, or `null`. */
  find(contentKey: string): Promise<StoredAnswer | null>;
  /** Notes that the call is about to be made; answers the id to report its end with. */
  recordSent(request: CallRequest): Promise<string>;
  recordReceived(callId: string, received: ReceivedAnswer): Promise<void>;
  /** The call failed. `unknown`: nobody can tell whether the provider answered, and billed. */
  recordFailed(
    callId: string,
    failed: { readonly state: "failed" | "unknown"; readonly code: string },
  ): Promise<void>;
  /** The answer could not be used: it is kept for the bill, and never answered again. */
  recordUnusable(callId: string): Promise<void>;
}
