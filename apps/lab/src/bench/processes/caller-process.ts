import { createCallerDesk } from "../goodput/caller-desk.js";
import type { CallerSetUp } from "../goodput/caller-set-up.js";
import { answerCalls } from "./answer-calls.js";

// A program of its own: a worker that calls the provider.
answerCalls(createCallerDesk(JSON.parse(process.argv[2] ?? "") as CallerSetUp));
