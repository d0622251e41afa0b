import { expect, test } from "vitest";
import { renderConfiguration } from "./render-configuration.js";

test("docs/configuration.md says what the schema says; `pnpm exec vitest run --project worker src/config -u` makes it anew", async () => {
  await expect(renderConfiguration()).toMatchFileSnapshot("../../../../docs/configuration.md");
});
