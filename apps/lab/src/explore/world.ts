import {
  addMs,
  type EpochMs,
  type Gate,
  type Job,
  type JobPolicy,
  newGate,
  newJob,
  type ProcessingJob,
  toEpochMs,
  toGateLimits,
  toJobId,
  type WaitingJob,
} from "@sluice/core";
import { type AnswerName, gateKey, TICK_MS } from "./answers.js";

/** How large a world is explored. Its time has ticks of a second; it moves from one instant that matters to the next. */
export interface WorldSize {
  readonly workers: number;
  readonly jobs: number;
  readonly maxAttempts: number;
  /** How many things may happen that are not the ordinary course of things, in any order and mixture. */
  readonly surprises: number;
  /** Whether a claim survives a crash of the database; the real ones need not. */
  readonly durableClaims: boolean;
}

export const smallWorld: WorldSize = {
  workers: 2,
  jobs: 2,
  maxAttempts: 2,
  surprises: 3,
  durableClaims: false,
};

export const LEASE_MS = 2 * TICK_MS;

/** Short enough for a job to be put off for too long within the few surprises that there are. */
export const worldPolicy: JobPolicy = {
  backoff: { baseMs: 2 * TICK_MS, maxMs: 2 * TICK_MS },
  maxDeferredMs: 2 * TICK_MS,
};

/** All there is. Plain data; a step makes a new one. Fields marked "ghost" are no part of it: the laws are told by them. */
export interface World {
  readonly durableClaims: boolean;
  readonly now: EpochMs;
  readonly jobs: readonly StoredJob[];
  readonly gate: Gate;
  /** Grows with every write of the gate. */
  readonly gateRevision: number;
  readonly workers: readonly Worker[];
  readonly surprisesLeft: number;
  /** How many claims there have been; makes the nonces. */
  readonly claims: number;
  /** Ghost: until when committed closings have said that nobody passes. */
  readonly promisedUntil: EpochMs;
}

export interface StoredJob {
  readonly job: Job;
  /** The row before a claim that a crash of the database would still forget: claims commit asynchronously. */
  readonly forgettable: WaitingJob | null;
  /** Ghost: the ledger since the last retry, as the effects told it. */
  readonly ledger: { readonly attempts: number; readonly deferrals: number };
  /** Ghost: the highest lease number that was given out. */
  readonly highestLeaseNo: number;
}

export type Worker = Idle | Claiming | Running;

export interface Idle {
  readonly phase: "idle";
}

/** Its statement has read the gate and not yet taken a job. */
export interface Claiming {
  readonly phase: "claiming";
  /** The revision to compare, and the gate to write with the claim; `null` if the gate asks for no permits. */
  readonly permit: { readonly revision: number; readonly next: Gate } | null;
  /** Ghost: as it was when the statement began. */
  readonly promisedUntil: EpochMs;
}

export interface Running {
  readonly phase: "running";
  /** As it was claimed. */
  readonly held: ProcessingJob;
  /** Neither renews nor sends anything. */
  readonly isStalled: boolean;
  /** `null` while the run goes on; kept until the store has answered. */
  readonly answer: { readonly name: AnswerName; readonly at: EpochMs } | null;
  /** Ghost: a commit of this run was accepted, whether or not its reply arrived. */
  readonly isCommitted: boolean;
}

export const idle: Idle = { phase: "idle" };

const start = toEpochMs(1_800_000_000_000);

export function firstWorld(size: WorldSize): World {
  const { workers, jobs, maxAttempts, surprises, durableClaims } = size;
  return {
    durableClaims,
    now: start,
    jobs: Array.from({ length: jobs }, (_, index) => ({
      job: newJob(
        {
          id: toJobId(`00000000-0000-7000-8000-${String(index).padStart(12, "0")}`),
          taskType: "translate",
          target: null,
          payload: null,
          priority: 0,
          due: { inMs: 0 },
          deadline: null,
          maxAttempts,
          dedupe: null,
        },
        start,
      ),
      forgettable: null,
      ledger: { attempts: 0, deferrals: 0 },
      highestLeaseNo: 0,
    })),
    gate: newGate(gateKey, toGateLimits({})),
    gateRevision: 0,
    workers: Array.from({ length: workers }, () => idle),
    surprisesLeft: surprises,
    claims: 0,
    promisedUntil: addMs(start, -TICK_MS),
  };
}

/** The element at `index`, which must be there. */
export function at<Element>(elements: readonly Element[], index: number): Element {
  const element = elements[index];
  if (element === undefined) throw new RangeError(`there is no element ${index} of ${elements.length}`);
  return element;
}

export function indexOfJob(world: World, job: Job): number {
  return world.jobs.findIndex((stored) => stored.job.id === job.id);
}

export function holdsLease(world: World, { held }: Running): boolean {
  const { job } = at(world.jobs, indexOfJob(world, held));
  return job.status === "processing" && job.lease.claimNonce === held.lease.claimNonce;
}
