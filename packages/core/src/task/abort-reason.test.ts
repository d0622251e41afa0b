import { expect, test } from "vitest";
import { RunAborted } from "./abort-reason.js";

test("the reason of a handler's signal is an error with a code", () => {
  const reason = new RunAborted("lease-lost", "another worker has the job");
  expect(reason).toBeInstanceOf(Error);
  expect(reason).toMatchObject({
    name: "RunAborted",
    code: "lease-lost",
    message: "another worker has the job",
  });
});
