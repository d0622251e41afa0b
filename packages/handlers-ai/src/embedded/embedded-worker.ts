/** The entry of the thread that the embedded model works in: a request in, its answer as JSON or an error out. */
import { parentPort } from "node:worker_threads";
import { answerRequest } from "./answer-request.js";
import type { ThreadReply } from "./answering-thread.js";
import type { EmbeddedRequest } from "./content-schema.js";

parentPort?.on("message", (request: EmbeddedRequest) => {
  parentPort?.postMessage(reply(request));
});

function reply(request: EmbeddedRequest): ThreadReply {
  try {
    return { json: JSON.stringify(answerRequest(request)) };
  } catch (error) {
    return { error };
  }
}
