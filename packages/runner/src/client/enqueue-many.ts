import type { AnyTask, EnqueueAnswer, EnqueueOutcome, EnqueueStore, JobId, NewJob } from "@sluice/core";
import { setNextTurn } from "../next-turn.js";
import { checkNames, checkWholeNumber, wrongType } from "./check-input.js";
import { InvalidRequestError } from "./invalid-request-error.js";
import { makeNewJob, type NewJobSettings, type UncheckedRequest } from "./make-new-job.js";

export interface EnqueueManyOptions<Tx> {
  /** The caller's own transaction: all or none. Without it each chunk is a transaction of its own. */
  readonly tx?: Tx | undefined;
  /** Jobs per statement, 1 to 5,000. Default 500. */
  readonly chunkSize?: number | undefined;
}

/** What came of many requests: how many had each outcome, and their ids in the order of the requests. */
export interface EnqueueManyAnswer extends Readonly<Record<EnqueueOutcome, number>> {
  readonly ids: readonly JobId[];
}

/** About a millisecond's work: then others have their turn, and the driver, who has to send what was made ready before. */
const requestsPerTurn = 100;

const optionNames: ReadonlySet<string> = new Set(["tx", "chunkSize"]);

/** Large payloads make smaller chunks: a statement must neither fill memory nor hold its locks for long. */
const maxChunkCharacters = 4_000_000;

/**
 * Reads the requests as they come. While a chunk is being stored the next one is made ready, and no more than that; they are stored
 * one after another, so that what was asked first is there first.
 */
export async function enqueueMany<Tx>(
  store: EnqueueStore<Tx>,
  task: AnyTask,
  requests: Iterable<UncheckedRequest> | AsyncIterable<UncheckedRequest>,
  options: EnqueueManyOptions<Tx>,
  settings: NewJobSettings,
): Promise<EnqueueManyAnswer> {
  checkNames("options", options, optionNames);
  const { tx, chunkSize = 500 } = options;
  checkWholeNumber("chunkSize", chunkSize, { min: 1, max: 5_000 });
  if (!isIterable(requests)) throw wrongType("requests", "an iterable of objects", requests);
  const counts = { created: 0, kept: 0, replaced: 0, rerun: 0 };
  const ids: JobId[] = [];
  const write = async (chunk: readonly NewJob[]) => {
    for (const { id, outcome } of await store.enqueue(chunk, tx === undefined ? {} : { tx })) {
      ids.push(id);
      counts[outcome] += 1;
    }
  };

  let writing = Promise.resolve();
  const writeNext = async (chunk: readonly NewJob[]) => {
    await writing;
    writing = write(chunk);
    // Whoever comes next hears of it; nobody may be there yet.
    writing.catch(() => undefined);
  };

  let chunk: NewJob[] = [];
  let characters = 0;
  let index = 0;
  try {
    for await (const request of requests) {
      const job = await makeNewJob(task, request, settings).catch((error: unknown) => {
        throw error instanceof InvalidRequestError ? error.atIndex(index) : error;
      });
      index += 1;
      if (index % requestsPerTurn === 0) await new Promise<void>((resolve) => setNextTurn(resolve));
      chunk.push(job);
      characters += JSON.stringify(job.payload).length;
      if (chunk.length < chunkSize && characters < maxChunkCharacters) continue;
      await writeNext(chunk);
      chunk = [];
      characters = 0;
    }
    if (chunk.length > 0) await writeNext(chunk);
  } finally {
    // Nothing is on its way any more when the caller hears how it went.
    await writing;
  }
  return { ids, ...counts };
}

function isIterable(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

/** Of one request there is one answer; a store that says otherwise is broken. */
export function onlyAnswer(answers: readonly EnqueueAnswer[]): EnqueueAnswer {
  const [answer] = answers;
  if (answer === undefined) throw new TypeError("the store answered nothing to a request");
  return answer;
}
