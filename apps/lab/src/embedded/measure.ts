import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { askEmbedded } from "./ask-embedded.js";
import { boundaryError } from "./boundary-error.js";
import { glueThreads } from "./glue-threads.js";
import { readInstalledDocuments } from "./installed-documents.js";
import { isWholeSentences } from "./is-whole-sentences.js";
import { readMails } from "./read-mail.js";
import { toThreads } from "./read-threads.js";

export interface Measured {
  readonly mails: number;
  readonly threads: number;
  readonly topics: readonly TopicsMeasured[];
  readonly topicSummaries: Share;
  readonly documentSummaries: Share;
  readonly conversationsPerSecond: number;
  readonly documentsPerSecond: number;
  readonly longestBlockMs: number;
}

export interface TopicsMeasured {
  readonly topics: number;
  readonly conversations: number;
  /** Pk. */
  readonly error: number;
  /** Pk of saying that all is one topic. */
  readonly errorOfNeverCutting: number;
  readonly rightNumber: number;
}

export interface Share {
  readonly whole: number;
  readonly of: number;
}

/** Measures the embedded model on glued mail threads, and on the READMEs that are installed under `root`. */
export async function measureEmbedded(
  data: string,
  { root, count, random }: { readonly root: string; readonly count: number; readonly random: () => number },
): Promise<Measured> {
  const mails = await readMails(data);
  const threads = toThreads(mails);
  const documents = await readInstalledDocuments(root);
  const [first] = documents;
  if (first === undefined)
    throw new Error(`nothing is installed in ${root}: run this at the root of the repository`);
  await askEmbedded("document_summary", first); // starts the thread

  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const topicSummaries: string[] = [];
  const topics: TopicsMeasured[] = [];
  const conversationsStart = performance.now();
  for (const number of [1, 2, 3]) {
    const glued = glueThreads(threads, { topics: number, count, random });
    let error = 0;
    let errorOfNeverCutting = 0;
    let right = 0;
    for (const { content, lengths } of glued) {
      const { topics: found = [] } = await askEmbedded("topics", content);
      topicSummaries.push(...found.map(({ summary }) => summary));
      error += boundaryError(
        lengths,
        found.map(({ fromMessage, toMessage }) => toMessage - fromMessage + 1),
      );
      errorOfNeverCutting += boundaryError(lengths, [content.messages.length]);
      if (found.length === number) right += 1;
    }
    topics.push({
      topics: number,
      conversations: count,
      error: error / count,
      errorOfNeverCutting: errorOfNeverCutting / count,
      rightNumber: right / count,
    });
  }
  const conversationsMs = performance.now() - conversationsStart;

  const documentsStart = performance.now();
  const summaries: string[] = [];
  for (const document of documents)
    summaries.push((await askEmbedded("document_summary", document)).summary ?? "");
  const documentsMs = performance.now() - documentsStart;
  loop.disable();

  return {
    mails: mails.length,
    threads: threads.length,
    topics,
    topicSummaries: shareOf(topicSummaries),
    documentSummaries: shareOf(summaries),
    conversationsPerSecond: (3 * count * 1_000) / conversationsMs,
    documentsPerSecond: (documents.length * 1_000) / documentsMs,
    longestBlockMs: loop.max / 1e6,
  };
}

function shareOf(texts: readonly string[]): Share {
  return { whole: texts.filter(isWholeSentences).length, of: texts.length };
}
