import {
  adjectives,
  alsoNouns,
  isVerb,
  making,
  manners,
  prepositions,
  quantities,
  thirdPerson,
  withArticle,
} from "./english-verbs.js";

export interface NamedAction {
  /** The words of the name. */
  readonly words: readonly string[];
  readonly parameters: readonly string[];
  readonly returnsValue: boolean;
  /** What it belongs to, in words, if anything: the class of a method. */
  readonly owner: string | null;
  /** Where it stands, in words, for what says nothing else: the file. */
  readonly place: string;
}

/**
 * What a function with this name seems to do, as a sentence without subject and full stop: `Parses the cookie header`,
 * `Tells whether the gate is open`.
 */
export function describeAction(action: NamedAction): string {
  const [first = "", ...rest] = action.words;
  const lead = first.toLowerCase();
  const adverb = manners[lead];
  if (adverb !== undefined && isVerb(rest[0] ?? ""))
    return `${describeAction({ ...action, words: rest })} ${adverb}`;
  const trailing = manners[rest.at(-1)?.toLowerCase() ?? ""];
  if (trailing !== undefined && /ous/u.test(trailing)) {
    return `${describeAction({ ...action, words: action.words.slice(0, -1) })} ${trailing}`;
  }
  if (/^(?:noop|no-?op)$/iu.test(action.words.join(""))) return "Does nothing on purpose";
  if (/^(?:is|are|was)$/u.test(lead) && rest.length > 0)
    return `Tells whether ${subjectOf(action)} is ${predicate(rest)}`;
  if (
    /^(?:has|can|should|must|will|may|needs|contains|supports|allows|matches|equals|includes|accepts)$/u.test(
      lead,
    )
  ) {
    return `Tells whether ${subjectOf(action)} ${[lead, ...(rest.length > 0 ? rest : action.parameters.slice(0, 1))].join(" ")}`.trim();
  }
  if (lead === "to" && rest.length > 0) return `Converts ${subjectOf(action)} to ${rest.join(" ")}`;
  if (lead === "from" && rest.length > 0)
    return `Creates ${action.owner === null ? "a value" : withArticle(action.owner)} from ${rest.join(" ")}`;
  if (lead === "as" && rest.length > 0) return `Returns ${subjectOf(action)} as ${rest.join(" ")}`;
  if (lead === "with" && rest.length > 0)
    return action.returnsValue ? `Returns a version with ${rest.join(" ")}` : `Works with ${rest.join(" ")}`;
  if (/^(?:on|when)$/u.test(lead) && rest.length > 0) return `Reacts when ${rest.join(" ")} happens`;
  if (lead === "get" && rest.length > 0) return `Returns ${the(rest)}`;
  if (lead === "new" && rest.length > 0) return `Creates ${withArticle(`new ${rest.join(" ")}`)}`;
  const isMeasure =
    action.returnsValue && alsoNouns.has(lead) && quantities.has(rest.at(-1)?.toLowerCase() ?? "");
  if (isVerb(lead) && !isMeasure) return `${upper(thirdPerson(lead))} ${objectOf(lead, rest, action)}`.trim();
  if (first === "") return `Does a part of the ${action.place}`;
  return action.returnsValue ? `Returns ${described(action)}` : `Handles ${the(action.words)}`;
}

/** What a function returns that is named after it: `linesOf(text)` → `the lines of text`, `sorted(jobs)` → `jobs sorted`. */
function described({ words, parameters }: NamedAction): string {
  const [given] = parameters;
  if (given === undefined) return the(words);
  if (isPreposition(words.at(-1))) return `${the(words)} ${given}`;
  return words.length === 1 && /(?:ed|own|en)$/u.test(words[0] ?? "") ? `${given} ${words[0]}` : the(words);
}

function subjectOf({ owner, parameters }: NamedAction): string {
  if (owner !== null) return `the ${owner}`;
  return parameters[0] ?? "the current state";
}

function objectOf(verb: string, words: readonly string[], action: NamedAction): string {
  const [given] = action.parameters;
  if (words.length > 0) {
    if (isPreposition(words[0])) return `${subjectOf(action)} ${words.join(" ")}`;
    const phrase = making.has(verb) ? aOrSome(words) : the(withNoun(words));
    return isPreposition(words.at(-1))
      ? `${phrase} ${given ?? `the ${action.owner ?? action.place}`}`
      : phrase;
  }
  if (given !== undefined) return `the given ${given}`;
  return `the ${action.owner ?? action.place}`;
}

/** `live by key` → `live ones by key`. */
function withNoun(words: readonly string[]): readonly string[] {
  const end = words.findIndex(isPreposition);
  const last = words[end - 1]?.toLowerCase() ?? "";
  return adjectives.has(last) ? [...words.slice(0, end), "ones", ...words.slice(end)] : words;
}

function isPreposition(word: string | undefined): boolean {
  return prepositions.has(word?.toLowerCase() ?? "");
}

function the(words: readonly string[]): string {
  const phrase = words.join(" ");
  return /^(?:all|any|each|every|the|a|an|no|this|its)$/iu.test(words[0] ?? "") ? phrase : `the ${phrase}`;
}

function aOrSome(words: readonly string[]): string {
  const cut = words.findIndex(isPreposition);
  const noun = (cut === -1 ? words : words.slice(0, cut)).join(" ");
  const rest = cut === -1 ? "" : ` ${words.slice(cut).join(" ")}`;
  return /(?:[^s]s|all|data|many)$/iu.test(noun) ? `${noun}${rest}` : `${withArticle(noun)}${rest}`;
}

function predicate(words: readonly string[]): string {
  const phrase = words.join(" ");
  const last = (words.at(-1) ?? "").toLowerCase();
  const describes =
    adjectives.has(last) ||
    isPreposition(words[0]) ||
    /(?:ed|ing|able|ible|ive|ous|ful|less|al|ant|ent|ic|ary|ly)$/u.test(last);
  return describes || /[^s]s$/u.test(last) ? phrase : withArticle(phrase);
}

function upper(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
