import type { Clock } from "./ports/clock.js";
import type { Random } from "./ports/random.js";

declare const jobId: unique symbol;

/** A job's id: a UUID in lower case, version 7 when made here (so that ids sort by age). */
export type JobId = string & { readonly [jobId]: true };

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isJobId(value: unknown): value is JobId {
  return typeof value === "string" && uuid.test(value);
}

/** The edge where text becomes an id. Upper case is accepted; anything but a UUID throws. */
export function toJobId(value: string): JobId {
  const id = value.toLowerCase();
  if (!isJobId(id)) throw new TypeError(`a job id must be a UUID, got ${JSON.stringify(value.slice(0, 60))}`);
  return id;
}

/**
 * A UUID version 7 (RFC 9562, section 5.7): 48 bits of wall-clock time, 74 random bits. The time only makes ids of one
 * age neighbours in an index; nothing is ever decided by it.
 */
export function makeJobId(wallMs: number, random: Random): JobId {
  return writeJobId(hex48(Math.max(0, Math.trunc(wallMs)) % 2 ** 48), randomBits(random, 12), random);
}

/** A clock that is set back by more than this is believed. */
const mayBeLateMs = 10_000;
const idsPerMs = 2 ** 12;

/**
 * Makes ids that sort in the order in which they were made, so that jobs which are due at one instant are claimed in the order in which
 * they were asked for, and are neighbours in an index. The 12 bits after the time count the ids of a millisecond (RFC 9562, section 6.2,
 * method 1); with more than 4,096 of them, or a clock that is set back a little, the time of the ids runs ahead.
 */
export function createJobIds(clock: Pick<Clock, "wallMs">, random: Random): () => JobId {
  let lastMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  let time = "";

  function begin(ms: number): void {
    lastMs = ms;
    count = 0;
    time = hex48(ms % 2 ** 48);
  }

  return () => {
    const nowMs = Math.max(0, Math.trunc(clock.wallMs()));
    if (nowMs > lastMs || nowMs < lastMs - mayBeLateMs) begin(nowMs);
    else if (count === idsPerMs) begin(lastMs + 1);
    count += 1;
    return writeJobId(time, count - 1, random);
  };
}

function writeJobId(time: string, a: number, random: Random): JobId {
  const variant = hex(8 + randomBits(random, 2), 1);
  const b = hex(randomBits(random, 12), 3);
  const c = hex48(randomBits(random, 48));
  return toJobId(`${time.slice(0, 8)}-${time.slice(8)}-7${hex(a, 3)}-${variant}${b}-${c}`);
}

function randomBits(random: Random, bits: number): number {
  return Math.floor(random.fraction() * 2 ** bits);
}

/** In two halves: engines are slow at writing numbers of more than 31 bits in other than decimal. */
function hex48(value: number): string {
  return hex(Math.floor(value / 2 ** 24), 6) + hex(value % 2 ** 24, 6);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
