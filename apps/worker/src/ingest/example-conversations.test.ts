import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ConversationContent } from "@sluice/core";
import { expect, test } from "vitest";
import { exampleConversationsFolder } from "./example-conversations.js";
import { readProject } from "./read-project.js";

test("each example is one conversation of 8 to 20 messages with a title", async () => {
  const folder = exampleConversationsFolder();
  const conversations: ConversationContent[] = [];
  for await (const event of readProject(folder)) {
    const content = event.kind === "target" ? event.target.content : null;
    if (content?.type === "conversation") conversations.push(content);
  }
  expect(conversations).toHaveLength((await readdir(folder)).length);
  expect(conversations.length).toBeGreaterThanOrEqual(3);
  for (const { title, messages } of conversations) {
    expect(title).not.toBeNull();
    expect(messages.length).toBeGreaterThanOrEqual(8);
    expect(messages.length).toBeLessThanOrEqual(20);
  }
});

test("the folder is the same from the sources and from the bundle", () => {
  const app = join(import.meta.dirname, "../..");
  expect(exampleConversationsFolder(join(app, "dist"))).toBe(exampleConversationsFolder());
  expect(exampleConversationsFolder()).toBe(join(app, "examples/conversations"));
});
