import fc from "fast-check";

// Laws look at the same cases in every run, so that what turns red is what was changed. `LAWS=random` looks for cases that nobody
// has seen yet; fast-check prints the seed of one that fails.
if (process.env["LAWS"] !== "random") fc.configureGlobal({ seed: 20_261_125 });
