/** Verbs that names of functions begin with. */
const verbs = new Set(
  `
  abort accept access acquire activate add adjust advance aggregate align allocate alter analyze analyse animate annotate announce append apply
  approve archive ask assemble assert assign attach authenticate authorize await balance batch begin bind block blur boot bootstrap
  broadcast buffer build bump bundle cache calculate call cancel capture cast catch change check choose clamp claim classify clean
  cleanup clear click clip clone close coerce collapse collect combine commit compact compare compile complete compose compress compute
  concat configure confirm connect consume contain continue convert copy correct count cover crash crawl create cut debounce debug declare decode
  decompress decorate decrease decrement decrypt dedupe deduplicate defer define deflate delay delegate delete deliver demote deny dequeue derive describe
  deserialize destroy detach detect determine diff disable discard disconnect discover dispatch display dispose divide download drain
  draw drop dump duplicate edit eject emit enable encode encrypt end enforce enqueue enrich ensure enter enumerate erase escape establish estimate
  evaluate evict examine exchange exclude execute exit expand expect expire explain export expose extend extract fail fetch fill filter
  finalize find finish fire fix flatten flip float flush focus fold follow force forget fork format forward free freeze fulfil fulfill gather generate
  get give go grant group grow guard guess halt handle hash hide highlight hoist hold hydrate identify ignore import improve include increase
  increment indent index infer inflate inherit init initialise initialize inject inline insert inspect install instantiate instrument intercept interpolate interpret
  intersect introspect invalidate invert invoke isolate issue iterate join jump keep kill label launch lay layout lex lift limit link list listen load
  locate lock log login logout look lookup loop lower make manage map mark mask match measure memoize merge migrate minify mix mock modify
  monitor mount move multiply mutate name navigate negate nest normalise normalize note notify observe obtain offer omit open optimise optimize order
  override pad paginate paint parse partition pass paste patch pause peek perform persist pick ping pipe place plan play poll pop populate
  post postpone predict prefer prefix prepare prepend present preserve press prevent preview print prioritize probe proceed process produce project
  promote prompt propagate protect prove provide proxy prune publish pull purge push put quantize query queue quit quote raise rank
  reach read rebuild receive reclaim recompute reconcile reconnect record recover redact redirect redo reduce refer refine refresh refund refuse register
  reject release reload remember remove rename render renew reopen repair repeat replace replay reply report represent request require
  rerun reschedule reserve reset resize resolve respond restart restore restrict resume retrieve retry return reuse reveal reverse revert review revoke rewind rewrite
  roll rotate round route run sample sanitize save scale scan schedule score scroll search seed seek segment select send separate serialise serialize serve
  set settle setup shift show shrink shuffle shut shutdown sign simplify simulate skip sleep slice slide slugify smooth snap sort spawn specify splice split
  spread squash stabilize stack start stash stem step stop store stream stringify strip stub style submit subscribe substitute subtract suggest sum summarise summarize supply
  support suspend swap switch sync synchronize synthesize tag take tally tap teardown tell terminate test throttle throw tidy toggle tokenize touch trace track train
  transfer transform transition translate transpile traverse trigger trim truncate try turn type unbind uncompress undo unescape unfold unlink unlock unmount
  unpack unregister unsubscribe unwrap unzip update upgrade upload upsert use validate verify view visit wait wake walk warn watch wipe withdraw wrap write yield zip zoom
  `
    .trim()
    .split(/\s+/u),
);

/** Verbs whose object is new: it gets "a", not "the". */
const making = new Set(
  "create make build new construct define generate spawn allocate instantiate fork produce add insert register append".split(
    " ",
  ),
);
const prepositions = new Set(
  "by from to for with in into on at of as and or via per before after until if when without within against between over under through".split(
    " ",
  ),
);
/** Adjectives that predicates end in, beside those that show by their ending. */
const adjectives = new Set(
  "open done ready empty valid invalid alive dead new old stale fresh busy idle equal same true false safe free full online offline dirty clean absolute relative public private async sync leap prime odd even balanced whole undefined null nullish".split(
    " ",
  ),
);

const manners: Readonly<Record<string, string>> = {
  async: "asynchronously",
  auto: "automatically",
  deep: "deeply",
  eager: "eagerly",
  force: "forcibly",
  lazy: "lazily",
  maybe: "possibly",
  quick: "quickly",
  safe: "safely",
  shallow: "shallowly",
  strict: "strictly",
  sync: "synchronously",
  unsafe: "unsafely",
};

/** Third person of a verb: `try` → `tries`, `match` → `matches`. */
export function thirdPerson(verb: string): string {
  if (/[^aeiou]y$/u.test(verb)) return `${verb.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh|o)$/u.test(verb) ? `${verb}es` : `${verb}s`;
}

export function isVerb(word: string): boolean {
  return verbs.has(word.toLowerCase());
}

/** `a job`, `an error`, `an HTTP header`, `a user`. */
export function withArticle(noun: string): string {
  const isSpelled =
    /^(?:[A-Z][A-Z\d]|https?|html|xml|sql|ssh|ssl|npm|rss)/u.test(noun) ||
    /^(?:Http|Html|Xml|Sql|Ssh|Ssl)/u.test(noun);
  const sounds = isSpelled
    ? /^[AEFHILMNORSX]/iu.test(noun)
    : /^(?:[aeiou](?!ni(?!n|m)|se|ti|ur)|hour|honest)/iu.test(noun);
  return `${sounds && !/^(?:one|eu)/iu.test(noun) ? "an" : "a"} ${noun}`;
}

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
    return `Tells whether ${subjectOf(action)} ${[lead, ...rest].join(" ")}`.trim();
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
  if (isVerb(lead)) return `${upper(thirdPerson(lead))} ${objectOf(lead, rest, action)}`.trim();
  if (first === "") return `Does a part of the ${action.place}`;
  return action.returnsValue ? `Returns ${described(action)}` : `Handles ${the(action.words)}`;
}

/** What a function returns that is named after it: `linesOf(text)` → `the lines of text`, `sorted(jobs)` → `jobs sorted`. */
function described({ words, parameters }: NamedAction): string {
  const [given] = parameters;
  if (given === undefined) return the(words);
  if (prepositions.has((words.at(-1) ?? "").toLowerCase())) return `${the(words)} ${given}`;
  return words.length === 1 && /(?:ed|own|en)$/u.test(words[0] ?? "") ? `${given} ${words[0]}` : the(words);
}

function subjectOf({ owner, parameters }: NamedAction): string {
  if (owner !== null) return `the ${owner}`;
  return parameters[0] ?? "the current state";
}

function objectOf(verb: string, words: readonly string[], action: NamedAction): string {
  if (words.length > 0) {
    if (prepositions.has((words[0] ?? "").toLowerCase())) return `${subjectOf(action)} ${words.join(" ")}`;
    return making.has(verb) ? aOrSome(words) : the(words);
  }
  const [given] = action.parameters;
  if (given !== undefined) return `the given ${given}`;
  return `the ${action.owner ?? action.place}`;
}

function the(words: readonly string[]): string {
  const phrase = words.join(" ");
  return /^(?:all|any|each|every|the|a|an|no|this|its)$/iu.test(words[0] ?? "") ? phrase : `the ${phrase}`;
}

function aOrSome(words: readonly string[]): string {
  const cut = words.findIndex((word) => prepositions.has(word.toLowerCase()));
  const noun = (cut === -1 ? words : words.slice(0, cut)).join(" ");
  const rest = cut === -1 ? "" : ` ${words.slice(cut).join(" ")}`;
  return /(?:[^s]s|all|data|many)$/iu.test(noun) ? `${noun}${rest}` : `${withArticle(noun)}${rest}`;
}

function predicate(words: readonly string[]): string {
  const phrase = words.join(" ");
  const last = (words.at(-1) ?? "").toLowerCase();
  const describes =
    adjectives.has(last) ||
    prepositions.has(words[0]?.toLowerCase() ?? "") ||
    /(?:ed|ing|able|ible|ive|ous|ful|less|al|ant|ent|ic|ary|ly)$/u.test(last);
  return describes || /[^s]s$/u.test(last) ? phrase : withArticle(phrase);
}

function upper(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
