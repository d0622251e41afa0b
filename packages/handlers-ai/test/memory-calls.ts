import type { CallLedger, CallRequest, JsonValue, ReceivedAnswer, RunUsage } from "@sluice/core";

export interface MemoryCall extends CallRequest {
  readonly id: string;
  state: "sent" | "received" | "failed" | "unknown";
  answer: JsonValue;
  usage: RunUsage | null;
  priceDate: string | null;
  code: string | null;
  isUnusable: boolean;
}

/** A call ledger of plain objects. `failing` names the operations that fail, as they do when the database is away. */
export class MemoryCalls implements CallLedger {
  readonly calls: MemoryCall[] = [];
  readonly failing = new Set<keyof CallLedger>();

  async find(contentKey: string) {
    this.#check("find");
    const found = this.calls.findLast(
      (call) => call.contentKey === contentKey && call.state === "received" && !call.isUnusable,
    );
    if (found === undefined || found.usage === null) return null;
    return { callId: found.id, answer: found.answer, usage: found.usage };
  }

  async recordSent(request: CallRequest) {
    this.#check("recordSent");
    const id = `call-${this.calls.length}`;
    this.calls.push({
      ...request,
      id,
      state: "sent",
      answer: null,
      usage: null,
      priceDate: null,
      code: null,
      isUnusable: false,
    });
    return id;
  }

  async recordReceived(callId: string, { answer, usage, priceDate }: ReceivedAnswer) {
    this.#check("recordReceived");
    // What is not JSON would not come back from a database.
    Object.assign(this.#open(callId), {
      state: "received",
      answer: JSON.parse(JSON.stringify(answer)),
      usage,
      priceDate,
    });
  }

  async recordFailed(callId: string, { state, code }: { state: "failed" | "unknown"; code: string }) {
    this.#check("recordFailed");
    Object.assign(this.#open(callId), { state, code });
  }

  async recordUnusable(callId: string) {
    this.#check("recordUnusable");
    for (const call of this.calls) if (call.id === callId) call.isUnusable = true;
  }

  #open(callId: string): MemoryCall {
    const call = this.calls.find(({ id, state }) => id === callId && state === "sent");
    if (call === undefined) throw new Error(`no open call ${callId}`);
    return call;
  }

  #check(operation: keyof CallLedger): void {
    if (this.failing.has(operation))
      throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });
  }
}
