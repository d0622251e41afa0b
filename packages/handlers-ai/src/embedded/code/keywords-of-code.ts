import type { CodeEntityContent } from "@sluice/core";
import { rankPhrases, type WeightedText } from "../language/rank-phrases.js";
import { shapeOf, wordsOfName } from "./describe-code.js";
import { isVerb } from "./english-verbs.js";
import { identifierWords } from "./identifier-words.js";
import type { CodeFacts } from "./read-code.js";

/** Three to five words of what the code is about, from its names and its documentation. */
export function keywordsOfCode(
  entity: CodeEntityContent,
  facts: CodeFacts,
  documented: readonly string[],
): string[] {
  const apart = (names: readonly string[]) => names.map((name) => identifierWords(name).join(" ")).join("\n");
  const title = apart([entity.name]);
  const members =
    shapeOf(entity.kind) === "callable" ? [] : [...facts.methods, ...facts.fields, ...facts.alternatives];
  const texts: WeightedText[] = [
    { text: title, weight: 4 },
    { text: documented.slice(0, 3).map(withoutVerb).join("\n"), weight: 3 },
    { text: apart([entity.container ?? ""]), weight: 2 },
    { text: apart(members.slice(0, 20)), weight: 1.5 },
    {
      text: apart([
        ...facts.creates,
        ...facts.throws,
        ...facts.calls.slice(0, 12),
        ...(shapeOf(entity.kind) === "type" ? facts.references : []),
        ...typesIn(facts.returnType),
      ]),
      weight: 1,
    },
    { text: apart(facts.parameters ?? []), weight: 1 },
  ];
  const found = rankPhrases(texts, { title });
  return found.length >= 3
    ? found
    : [...new Set([...found, ...nameWords(entity.name, found), ...placeWords(entity, found)])].slice(0, 3);
}

function typesIn(type: string | null): string[] {
  return (
    type
      ?.match(/\b[A-Z]\w{3,}/gu)
      ?.filter(
        (name) =>
          !/^(?:Promise|Array|Readonly\w*|Record|Partial|Map|Set|String|None|Optional|List|Dict)$/u.test(
            name,
          ),
      ) ?? []
  );
}

/** The name itself, for one that is made of words which say little each: `job id`. */
function nameWords(name: string, known: readonly string[]): string[] {
  const words = wordsOfName(name).filter(
    (word, place) => place > 0 || !(isVerb(word) || /^(?:is|has|to|from|can)$/u.test(word)),
  );
  return words.length > 1 && words.length < 4 && known.length === 0 ? [words.join(" ")] : [];
}

/** Comments begin with what the code does: "Parses the header." is about headers. */
function withoutVerb(sentence: string): string {
  return sentence.replace(/^\p{L}+(?=\s)/u, (word) =>
    isVerb(word) || isVerb(word.replace(/e?s$/u, "")) || isVerb(word.replace(/s$/u, "")) ? "" : word,
  );
}

const languageNames: Readonly<Record<string, string>> = {
  typescript: "TypeScript",
  tsx: "TypeScript",
  javascript: "JavaScript",
  python: "Python",
  go: "Go",
  rust: "Rust",
  java: "Java",
};

/** The name of the file and of its folder, for code that says too little by itself. */
function placeWords({ path, language }: CodeEntityContent, known: readonly string[]): string[] {
  const places = path
    .split("/")
    .reverse()
    .map((part) => part.replace(/\..*$/u, ""));
  const phrases = places.map((place) => identifierWords(place).join(" ")).join("\n");
  const ranked = rankPhrases([{ text: phrases, weight: 1 }], { title: null });
  const isNew = (word: string) => !known.some((other) => other.toLowerCase().includes(word.toLowerCase()));
  return [...ranked, languageNames[language] ?? language].filter((word) => word !== "" && isNew(word));
}
