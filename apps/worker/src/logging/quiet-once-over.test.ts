import type { Logger } from "@sluice/core";
import { expect, test } from "vitest";
import { quietOnceOver } from "./quiet-once-over.js";

test("what is said once it is over is for debug only, also by children", () => {
  const said: string[] = [];
  const logger: Logger = {
    debug: (_, message) => void said.push(`debug ${message}`),
    info: (_, message) => void said.push(`info ${message}`),
    warn: (_, message) => void said.push(`warn ${message}`),
    error: (_, message) => void said.push(`error ${message}`),
    child: () => logger,
  };
  let isOver = false;
  const quiet = quietOnceOver(logger, () => isOver);
  const child = quiet.child({});
  child.error({}, "store failed");
  isOver = true;
  quiet.warn({}, "late");
  child.error({}, "store failed");
  expect(said).toEqual(["error store failed", "debug late", "debug store failed"]);
});
