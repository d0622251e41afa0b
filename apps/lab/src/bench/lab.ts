import type { Contender } from "./contenders.js";
import type { Sample } from "./measure/sample.js";
import { openStage, type Servers, type Stage, type StageOptions } from "./stage.js";

/** Something that could not be measured. */
export interface Failure {
  readonly what: string;
  readonly message: string;
}

/** Where a benchmark works: the servers, the sizes, and what was measured. */
export interface Lab {
  readonly servers: Servers;
  /** Times that each measurement is repeated. */
  readonly rounds: number;
  /** A size: the second one for a quick run, a twentieth of that for a smoke test. */
  pick(full: number, quick: number): number;
  record(sample: Sample): void;
  /** Tries something that may fail without the rest having to: answers `null` then, and the failure is reported. */
  attempt<Value>(what: string, work: () => Promise<Value>): Promise<Value | null>;
  /** A contender on a database of its own; closed when the benchmark is over, at the latest. `null`: not asked for, or could not be opened. */
  stage(contender: Contender, options: StageOptions): Promise<Stage | null>;
}

/** `smoke` shows whether the program works, not how fast anything is. */
export type RunSize = "full" | "quick" | "smoke";

const roundsOf = { full: 5, quick: 3, smoke: 1 } as const satisfies Record<RunSize, number>;

export interface LabNotes {
  readonly samples: readonly Sample[];
  readonly failures: readonly Failure[];
  /** Tries nothing any more, and closes the stages that are still open. */
  close(): Promise<void>;
}

export function createLab({
  servers,
  size,
  only,
  say,
}: {
  readonly servers: Servers;
  readonly size: RunSize;
  /** Contenders whose label contains one of these; `null`: all. */
  readonly only: readonly string[] | null;
  readonly say: (text: string) => void;
}): Lab & LabNotes {
  const samples: Sample[] = [];
  const failures: Failure[] = [];
  const stages: Stage[] = [];
  let isClosed = false;

  async function attempt<Value>(what: string, work: () => Promise<Value>): Promise<Value | null> {
    if (isClosed) return null;
    try {
      return await work();
    } catch (error) {
      // What fails because everything was closed under it has failed of something else.
      if (isClosed) return null;
      const message = wordsOf(error);
      failures.push({ what, message: message.slice(0, 1_000) });
      say(`  not measured: ${what}: ${message.split("\n")[0]}`);
      return null;
    }
  }

  return {
    servers,
    rounds: roundsOf[size],
    samples,
    failures,
    pick: (full, quick) => (size === "full" ? full : size === "quick" ? quick : Math.ceil(quick / 20)),
    record: (measured) => {
      const sample = { ...measured, values: rounded(measured.values) };
      samples.push(sample);
      say(`  ${describe(sample)}`);
    },
    attempt,
    stage: async (contender, options) => {
      if (contender.engine === "bullmq-on-redis" && servers.redisUrl === null) return null;
      if (only !== null && !only.some((part) => contender.label.includes(part))) return null;
      return attempt(contender.label, async () => {
        const stage = await openStage(servers, contender, options);
        stages.push(stage);
        return stage;
      });
    },
    close: async () => {
      isClosed = true;
      for (const stage of stages.splice(0).reverse())
        await stage.close().catch((error: unknown) => say(`  not cleared up: ${wordsOf(error)}`));
    },
  };
}

/** With what it was caused by, outermost first. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${wordsOf(error.cause)}`;
}

/** Six digits are more than any measurement has. */
function rounded(values: Sample["values"]): Sample["values"] {
  return Object.fromEntries(
    Object.entries(values).map(([metric, value]) => [metric, Number(value.toPrecision(6))]),
  );
}

function describe({ contender, setting, round, values }: Sample): string {
  const words = Object.entries(values).map(([metric, value]) => `${metric} ${Number(value.toPrecision(4))}`);
  return `${setting}, round ${round}, ${contender}: ${words.join(", ")}`;
}
