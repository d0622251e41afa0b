import type { Benchmark } from "../benchmark.js";
import { drain, drainTen } from "./drain.js";
import { bulkEnqueue, singleEnqueue } from "./enqueue.js";
import { footprint } from "./footprint.js";
import { goodput } from "./goodput.js";
import { claimBehindBacklog, drainBehindBacklog } from "./paused-backlog.js";
import { pickup } from "./pickup.js";
import { claimManyTypes } from "./task-types.js";
import { wear } from "./wear.js";

/** In the order in which they run and are shown. */
export const benchmarks: readonly Benchmark[] = [
  drain,
  drainTen,
  bulkEnqueue,
  singleEnqueue,
  pickup,
  claimBehindBacklog,
  drainBehindBacklog,
  claimManyTypes,
  wear,
  goodput,
  footprint,
];
