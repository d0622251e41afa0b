import type { GateKey, JobId, Wake } from "@sluice/core";

type Listener = (wake: Wake) => void;

/** Collects what a change may wake, and tells the listeners once the change is whole. */
export class WakeBell {
  readonly #listeners = new Set<Listener>();
  readonly #taskTypes = new Set<string>();
  readonly #gates = new Set<GateKey>();
  readonly #cancelled: Wake[] = [];

  listen(onWake: Listener): () => void {
    // A wrapper: one function may listen twice.
    const listener: Listener = (wake) => onWake(wake);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  jobsReady(taskType: string): void {
    this.#taskTypes.add(taskType);
  }

  gateChanged(key: GateKey): void {
    this.#gates.add(key);
  }

  cancelRequested(workerId: string, jobId: JobId): void {
    this.#cancelled.push({ type: "cancel", workerId, jobId });
  }

  ring(): void {
    const wakes: Wake[] = this.#cancelled.splice(0);
    for (const key of this.#gates) wakes.push({ type: "gate", key });
    if (this.#taskTypes.size > 0) wakes.push({ type: "jobs", taskTypes: [...this.#taskTypes] });
    this.#gates.clear();
    this.#taskTypes.clear();
    for (const wake of wakes) for (const listener of this.#listeners) listener(wake);
  }

  close(): void {
    this.#listeners.clear();
  }
}
