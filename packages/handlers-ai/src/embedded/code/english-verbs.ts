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

const abbreviations: Readonly<Record<string, string>> = {
  alloc: "allocate",
  calc: "calculate",
  cmp: "compare",
  conv: "convert",
  del: "delete",
  eval: "evaluate",
  exec: "execute",
  fmt: "format",
  gen: "generate",
  init: "initialize",
  rm: "remove",
};

/** Verbs that are as often nouns: `waitMs` and `editDistance` do neither wait nor edit. */
export const alsoNouns = new Set(
  "edit wait delay retry start end page line base level limit view cache log request report record index rank score step poll work load claim test".split(
    " ",
  ),
);
/** Nouns that say how much. */
export const quantities = new Set(
  "ms seconds minutes count size length distance index ratio score time at limit rate id key name number width height level".split(
    " ",
  ),
);

/** Verbs whose object is new: it gets "a", not "the". */
export const making = new Set(
  "create make build new construct define generate spawn allocate instantiate fork produce add insert register append".split(
    " ",
  ),
);
/** Words behind which a name speaks of something else: `findJobById`. */
export const prepositions = new Set(
  "by from to for with in into on at of as below above around and or via per before after until if when without within against between over under through".split(
    " ",
  ),
);
/** Adjectives that predicates end in, beside those that show by their ending. */
export const adjectives = new Set(
  "open closed done ready plain empty valid invalid live alive dead new old stale fresh busy idle equal same true false safe free full online offline dirty clean absolute relative public private async sync leap prime odd even balanced whole undefined null nullish".split(
    " ",
  ),
);

/** First or last words of a name that say how, and the adverb to say it with. */
export const manners: Readonly<Record<string, string>> = {
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
export function thirdPerson(word: string): string {
  const verb = abbreviations[word] ?? word;
  if (/[^aeiou]y$/u.test(verb)) return `${verb.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh|o)$/u.test(verb) ? `${verb}es` : `${verb}s`;
}

export function isVerb(word: string): boolean {
  return verbs.has(word.toLowerCase()) || word.toLowerCase() in abbreviations;
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
