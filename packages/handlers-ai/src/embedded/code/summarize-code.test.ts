import type { CodeEntityContent } from "@sluice/core";
import { describe, expect, it as test } from "vitest";
import { summarizeCode } from "./summarize-code.js";

const entity = (known: Partial<CodeEntityContent>): CodeEntityContent => ({
  type: "code_entity",
  kind: "function",
  name: "unnamed",
  container: null,
  language: "TypeScript",
  path: "src/cookies/cookie-jar.ts",
  startLine: 1,
  endLine: 9,
  documentation: null,
  source: "",
  ...known,
});
const summaryOf = (known: Partial<CodeEntityContent>) => summarizeCode(entity(known)).summary;

describe("code with documentation", () => {
  test("is summarised by its first sentence, and by what its source shows", () => {
    const { summary, keywords } = summarizeCode(
      entity({
        name: "serializeCookie",
        documentation:
          "Serialises a {@link Cookie} into a header, e.g. for `Set-Cookie`.\n\n@param name the name\n@throws TypeError",
        source:
          "export function serializeCookie(name: string, value: string, options?: Options): string {\n" +
          "  if (!valid(name)) throw new TypeError('argument name is invalid: x(');\n  return encode(value);\n}",
      }),
    );
    expect(summary).toBe(
      "Serialises a Cookie into a header, e.g. for Set-Cookie. It takes name, value and options, calls valid and encode, " +
        "returns a string and can throw TypeError.",
    );
    expect(keywords.join(" ")).toMatch(/cookie/i);
  });

  test("is summarised by two sentences if the documentation has two short ones", () => {
    const documentation = "Claims waiting jobs. No two workers get the same one.";
    expect(summaryOf({ name: "claim", documentation, source: "function claim(limit) {}" })).toBe(
      documentation,
    );
  });

  test.each([
    "@param name the name",
    "eslint-disable-next-line no-console",
    "const x = parse(y);",
    "-----------",
    "TODO: document this function some day",
    "The options are:",
  ])("does not take %j for documentation", (documentation) => {
    expect(summaryOf({ name: "parseCookie", documentation, source: "function parseCookie() {}" })).toBe(
      "Parses the cookie.",
    );
  });
});

describe("functions without documentation", () => {
  test.each([
    ["parseCookie", "function parseCookie() {}", "Parses the cookie."],
    ["createHTTPServer", "const createHTTPServer = (port) => {}", "Creates an HTTP server. It takes port."],
    [
      "waitMs",
      "const waitMs = (gate) => gate.until - now()",
      "Returns the wait ms. It takes gate and calls now.",
    ],
    ["initCache", "function initCache() {}", "Initializes the cache."],
    ["isEmpty", "function isEmpty(list) {}", "Tells whether list is empty. It takes list."],
    ["isCodeWord", "function isCodeWord(word) {}", "Tells whether word is a code word. It takes word."],
    ["hasMarkup", "function hasMarkup(text) {}", "Tells whether text has markup. It takes text."],
    ["toSeconds", "const toSeconds = ms => ms / 1000", "Converts ms to seconds. It takes ms."],
    ["backoffDelay", "function backoffDelay() { return 1; }", "Returns the backoff delay."],
    ["safeParse", "function safeParse(text) {}", "Parses the given text safely. It takes text."],
    ["readPayloadOf", "function readPayloadOf(row) {}", "Reads the payload of row. It takes row."],
    ["lockLiveByKey", "function lockLiveByKey(keys) {}", "Locks the live ones by key. It takes keys."],
    ["lockLiveJobs", "function lockLiveJobs(ids) {}", "Locks the live jobs. It takes ids."],
    ["noop", "const noop = () => {}", "Does nothing on purpose."],
    ["useTheme", "const useTheme = () => {}", "React hook for the theme."],
  ])("%s", (name, source, summary) => {
    expect(summaryOf({ name, source })).toBe(summary);
  });

  test("are not misled by strings, comments and regular expressions", () => {
    const source =
      "function tidy(text) {\n  // never call danger(text)\n  return text.replace(/(?:foo|bar)(a)/g, 'throw new Fake(x)') + clean(text);\n}";
    expect(summaryOf({ name: "tidy", source })).toBe("Tidies the given text. It takes text and calls clean.");
  });

  test("name the fields of a parameter that is taken apart", () => {
    const source = "function open({ host, port = 80, ...rest }: Options = {}, [a, b] = []) {}";
    expect(summaryOf({ name: "open", source })).toContain("takes host, port and rest");
  });
});

describe("other kinds of code", () => {
  test("a method names its class", () => {
    const known = {
      kind: "method",
      name: "claim",
      container: "JobStore",
      source: "async claim(limit: number): Promise<Job[]> { return this.take(limit); }",
    };
    expect(summaryOf(known)).toBe(
      "Claims the given limit. This method of JobStore takes limit, calls take and returns a promise of a list of Job.",
    );
  });

  test("a constructor creates its class", () => {
    const known = {
      kind: "method",
      name: "constructor",
      container: "HttpServer",
      source: "constructor(port) {}",
    };
    expect(summaryOf(known)).toBe("Creates an HttpServer. This method of HttpServer takes port.");
  });

  test("a class shows what it extends and its public methods", () => {
    const source =
      "class Worker extends EventEmitter {\n  #secret = 1;\n  size = 3;\n  constructor(a) { super(); }\n  start() { if (x) { y(); } }\n  async stop({ graceMs }) {}\n  private hide() {}\n}";
    expect(summaryOf({ kind: "class", name: "Worker", source })).toBe(
      "The class Worker extends EventEmitter and has the methods start and stop and the field size.",
    );
  });

  test("an interface and a struct show their fields", () => {
    const source =
      "interface Gate {\n  readonly key: string;\n  closedUntil?: number;\n  open(now: number): void;\n}";
    expect(summaryOf({ kind: "interface", name: "Gate", source })).toBe(
      "The interface Gate has the method open and the fields key and closedUntil.",
    );
    const go = "type Socket struct {\n\tDir string\n\tMaxIdle time.Duration\n}";
    expect(summaryOf({ kind: "struct", name: "Socket", language: "Go", source: go })).toBe(
      "The struct Socket has the fields Dir and MaxIdle.",
    );
  });

  test("a union type shows its parts", () => {
    const source = 'type Status = "pending" | "processing" | "completed";';
    expect(summaryOf({ kind: "type", name: "Status", source })).toBe(
      "The type Status is one of pending, processing and completed.",
    );
  });

  test("a React component is called one", () => {
    const source =
      'export function UserMenu({ name, onClose }) {\n  return <div className="menu">{name}</div>;\n}';
    expect(summaryOf({ name: "UserMenu", language: "TSX", source })).toBe(
      "React component that renders the user menu. It takes name and onClose.",
    );
  });

  test("a test says what it tests", () => {
    const source = "def test_lease_is_renewed(self):\n    assert renew(1)";
    const summary = summaryOf({
      name: "test_lease_is_renewed",
      language: "Python",
      path: "tests/test_lease.py",
      source,
    });
    expect(summary).toBe("Tests lease is renewed. It calls renew.");
  });
});

describe("other languages", () => {
  test("Python", () => {
    const source =
      "def load_config(self, path: str, *, strict=False) -> Config:\n    raise ConfigError(read_file(path))";
    expect(
      summaryOf({ kind: "method", name: "load_config", container: "App", language: "Python", source }),
    ).toBe(
      "Loads the config. This method of App takes path and strict, calls read_file, returns Config and can throw ConfigError.",
    );
  });

  test("Go", () => {
    const source =
      "func (s *Store) DeleteJob(ctx context.Context, id string) error {\n\treturn s.db.Remove(id)\n}";
    expect(summaryOf({ kind: "method", name: "DeleteJob", container: "Store", language: "Go", source })).toBe(
      "Deletes the job. This method of Store takes ctx and id, calls Remove and returns an error.",
    );
  });

  test("Rust", () => {
    const source =
      "pub fn read_block(&mut self, offset: usize) -> Result<Block, IoError> {\n    self.seek(offset)?;\n}";
    expect(summaryOf({ name: "read_block", language: "Rust", source })).toBe(
      "Reads the block. It takes offset, calls seek and returns a Result of Block and IoError.",
    );
  });

  test("Java", () => {
    const source =
      "public List<String> findNames(final Filter filter, int limit) throws StoreException {\n  return store.query(filter);\n}";
    expect(
      summaryOf({ kind: "method", name: "findNames", container: "Users", language: "Java", source }),
    ).toBe(
      "Finds the names. This method of Users takes filter and limit, calls query, returns a list of String and can throw StoreException.",
    );
  });
});

describe("keywords of code", () => {
  test("are the words that its names are made of", () => {
    const { keywords } = summarizeCode(
      entity({
        name: "renewLease",
        container: "WorkerPool",
        kind: "method",
        source: "renewLease(leaseNo) { return this.store.pushDeadline(leaseNo); }",
      }),
    );
    expect(keywords).toEqual(expect.arrayContaining(["lease", "worker pool"]));
    expect(keywords.length).toBeGreaterThanOrEqual(3);
    expect(keywords.length).toBeLessThanOrEqual(5);
  });

  test("come from the path when the code says nothing", () => {
    expect(summarizeCode(entity({ name: "f", source: "" })).keywords).toEqual([
      "cookies",
      "cookie jar",
      "TypeScript",
    ]);
  });
});
