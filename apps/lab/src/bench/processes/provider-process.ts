import { createProviderDesk, type ProviderSetUp } from "../goodput/provider-desk.js";
import { answerCalls } from "./answer-calls.js";

// A program of its own: the model provider.
answerCalls(createProviderDesk(JSON.parse(process.argv[2] ?? "") as ProviderSetUp));
