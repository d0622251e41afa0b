import type { ConversationContent } from "@sluice/core";
import { describe, expect, it as test } from "vitest";
import { findTopics } from "./find-topics.js";

const conversation = (...texts: readonly string[]): ConversationContent => ({
  type: "conversation",
  title: null,
  messages: texts.map((text, place) => ({ speaker: place % 2 === 0 ? "user" : "assistant", text })),
});

const pool = [
  "My Postgres connection pool keeps running out of connections under load. What could cause that?",
  "A pool runs dry when connections are not released. Check that every transaction ends:\n\n```sql\nselect 1;\n```",
  "I found sessions that are idle in a transaction. They come from the export job.",
  "Then the export job opens a transaction and waits for the network. Move the upload out of the transaction, so that the connection goes back to the pool.",
];
const layout = [
  "Another thing: how do I center a div in CSS?",
  "Use flexbox in CSS: set justify-content and align-items to center on the parent of the div.",
  "And with CSS grid?",
  "With grid, place-items: center on the parent centers the div both ways. Flexbox and grid work in all browsers.",
];

describe("findTopics", () => {
  test("finds no topics in a conversation without messages", () => {
    expect(findTopics(conversation())).toEqual([]);
  });

  test("keeps a conversation about one thing whole", () => {
    const topics = findTopics(conversation("Hi!", "Hello, how can I help?", ...pool));
    expect(topics).toHaveLength(1);
    expect(topics[0]).toMatchObject({ fromMessage: 0, toMessage: 5, purpose: "question" });
    expect(topics[0]?.summary).toMatch(
      /^My Postgres connection pool keeps running out of connections under load\./,
    );
    expect(topics[0]?.keywords.join(" ")).toMatch(/connection/);
  });

  test("cuts where the subject changes", () => {
    const topics = findTopics(conversation("Hi!", "Hello! How can I help you today?", ...pool, ...layout));
    expect(topics.map(({ fromMessage, toMessage }) => [fromMessage, toMessage])).toEqual([
      [0, 5],
      [6, 9],
    ]);
    expect(topics[1]?.keywords.join(" ")).toMatch(/CSS|div|grid/i);
    expect(topics[1]?.purpose).toBe("question");
  });

  test("never makes a greeting the summary", () => {
    const [topic] = findTopics(
      conversation(
        "Hello there, my dear colleagues!",
        "Hi! Thanks for writing to us today.",
        "The invoice import fails with a timeout.",
      ),
    );
    expect(topic?.summary).toBe("The invoice import fails with a timeout.");
    expect(topic?.purpose).toBe("problem");
  });

  test("calls small talk by its name", () => {
    const [topic] = findTopics(
      conversation("hey", "hi :)", "how was your weekend?", "great, thanks! we went hiking"),
    );
    expect(topic?.purpose).toBe("smalltalk");
    expect(topic?.summary).toMatch(/\.$/);
  });

  test("tells decisions from plans", () => {
    const decision = conversation(
      "Redis or Postgres for the queue?",
      "Postgres, it is one server less.",
      "Agreed, let's go with Postgres for the queue.",
    );
    expect(findTopics(decision)[0]?.purpose).toBe("decision");
    const plan = conversation(
      "The migration guide is due.",
      "I'll write the draft by Thursday.",
      "I'll prepare the announcement, the meeting is on Friday.",
    );
    expect(findTopics(plan)[0]?.purpose).toBe("planning");
  });

  test("does not name speakers as keywords", () => {
    const messages = [
      "Bertram, the scanner in warehouse two is offline.",
      "Bertram here: the scanner needs a new battery, Bertram will bring it.",
    ];
    const topics = findTopics({
      type: "conversation",
      title: null,
      messages: messages.map((text) => ({ speaker: "Bertram", text })),
    });
    expect(topics[0]?.keywords.join(" ")).toMatch(/scanner/);
    expect(topics[0]?.keywords.join(" ")).not.toMatch(/bertram/i);
  });

  test("copes with thousands of messages", () => {
    const subjects = [
      "The postgres index on the orders table needs a vacuum",
      "The react component renders its hooks twice",
      "The kubernetes pod is evicted from its node",
    ];
    const texts = Array.from(
      { length: 6_000 },
      (_, place) => `${subjects[Math.floor(place / 2_000)]}, says report ${place}.`,
    );
    const topics = findTopics(conversation(...texts));
    expect(topics).toHaveLength(3);
    expect(topics.at(-1)?.toMessage).toBe(5_999);
    expect(topics[1]?.fromMessage).toBe(2_000);
  });
});
