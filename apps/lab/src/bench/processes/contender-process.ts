import { answerCalls } from "./answer-calls.js";
import { type ContenderSetUp, createContenderDesk } from "./contender-desk.js";

// A program of its own: a process per engine, told by its only argument which.
answerCalls(createContenderDesk(JSON.parse(process.argv[2] ?? "") as ContenderSetUp));
