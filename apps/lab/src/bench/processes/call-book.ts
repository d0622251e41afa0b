import type { OnJob } from "../engines/engine.js";
import { machineTimeMs } from "./machine-time.js";

export interface CallReport {
  readonly calls: number;
  /** In machine time; 0 before the first call. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** CPU that this process has used since the first call, in microseconds. */
  readonly cpuUs: number;
  /** Resident memory now and at its highest, in MB. */
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** Notes the calls of handlers as cheaply as can be. */
export function createCallBook(): { readonly note: OnJob; reset(): void; report(): CallReport } {
  let calls = 0;
  let firstAtMs = 0;
  let lastAtMs = 0;
  let cpuAtFirst: NodeJS.CpuUsage | null = null;

  return {
    note() {
      lastAtMs = machineTimeMs();
      if (calls === 0) {
        firstAtMs = lastAtMs;
        cpuAtFirst = process.cpuUsage();
      }
      calls += 1;
    },
    reset() {
      calls = 0;
      firstAtMs = 0;
      lastAtMs = 0;
      cpuAtFirst = null;
    },
    report() {
      const cpu = cpuAtFirst === null ? { user: 0, system: 0 } : process.cpuUsage(cpuAtFirst);
      return {
        calls,
        firstAtMs,
        lastAtMs,
        cpuUs: cpu.user + cpu.system,
        rssMb: process.memoryUsage.rss() / 2 ** 20,
        peakRssMb: process.resourceUsage().maxRSS / 2 ** 10,
      };
    },
  };
}
