import fc from "fast-check";

// A mutant is judged by every test that reaches it: the laws look at fewer cases, the same ones for each mutant, and a
// law that fails says so without looking for the smallest case first.
fc.configureGlobal({ numRuns: 50, seed: 1, endOnFailure: true });
