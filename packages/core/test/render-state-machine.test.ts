import { expect, test } from "vitest";
import { renderStateMachine } from "./render-state-machine.js";

test("docs/state-machine.md says what the rules say; `pnpm exec vitest run --project core -u` makes it anew", async () => {
  await expect(renderStateMachine()).toMatchFileSnapshot("../../../docs/state-machine.md");
});
