// Programs that compile this source as part of their own do not see the declaration otherwise.
/// <reference path="./stopword.d.ts" />

import { deu, eng, fra, ita, nld, por, spa } from "stopword";

/** Glue of English that the library's short list leaves out. */
const english: ReadonlySet<string> = new Set([
  ...eng,
  ...listed(`
    hey morning evening agreed guess hope front hmm somewhere oh ah yeah far lol one four six seven eight nine ten off zero not above according across actually again against ago almost alone along already although always among anyone anything
    around aren't away back basically behind below besides best better beyond can't cannot certain clearly completely
    couldn't currently despite didn't directly does doesn't doing don't done down during each easily easy eg either
    else enough entire especially etc even eventually ever every everyone everything exactly few finally first five
    following former four fully further generally give given gives giving go goes going gone good got gotcha great hadn't hasn't
    haven't he'd he'll he's hello hence hi however i'd i'll i'm i've ie important including inside instead isn't it'd
    it'll it's its itself just keep keeping keeps kept kind last later latter least less let let's lets like likely little long longer lot
    lots made mainly making many may maybe me means merely mine mostly myself namely near nearly need needed needing needs neither
    next nice no nobody none nope nor nothing notably often ok okay once ones onto ought ourselves own particular particularly per
    perhaps please possible possibly previously probably quickly quite rather readily really recently regarding
    respectively right seem seems seen several shall she'll she's shouldn't simple simply single so somehow someone something sometimes
    somewhat soon specific specifically sure surely taken takes taking thank thanks that'll that's theirs themselves there's
    therefore they'd they'll they're they've thing things think third though three throughout thus together too toward
    towards two twice typically unless unlike unlikely until upon us usually various via vs want wanted wants wasn't we'd
    we'll we're we've weren't what's whatever when whenever where's whereas wherever whether whichever whoever whole
    whom whose why will within without won't wouldn't yep yes yet you'd you'll you're you've your yours yourself
    able set setting check checks checking save saves visit end ends powered add added adding adds allow allowing allows aims apply applied applies become becomes bring brings called calling calls
    came causes change changed changes changing choose comes consider contain contained containing contains create created creates
    creating define defined defines defining depending depends describe described describes designed enable enables
    enabling ensure ensures expect expected feel find finds follow follows get gets getting happen happened happens helped helping helps
    include included includes know known knows learn leave leaves left look looking looks mean meant must note offer offers pass passed passes
    passing please prefer prevent prevents provide provided provides providing put puts read reads receive received receives require required requires
    return run running runs said say saying says see seeing sets show showing shown shows specified specify start started starting starts
    stay stop supported supporting supports tell tells tend tried tries try trying turn use used useful uses using view wait went wish
    work worked working works write writing written
    different difference same own main common current currently default actual additional available bad big certain entire existing extra
    full general high higher large larger less lower multiple necessary new non old optional original other recommended related right
    similar small special total usual whole wrong
  `),
]);

/** The other languages that we have lists of; all others are cut at punctuation only. */
const otherLanguages: readonly ReadonlySet<string>[] = [deu, fra, spa, por, ita, nld].map(
  (words) => new Set([...english, ...words]),
);

/**
 * Words that stand in any README, thread or source file, whatever it is about: no keyword consists of these alone.
 */
export const genericWords: ReadonlySet<string> = new Set(
  listed(`
    advanced announcement answer app apps article author authors badge basics beginner blog bug bugs case cases changelog chapter click
    code command commands community content contents contribute contributing contribution contributor contributors copy copyright
    day days demo detail details discussion doc docs document documentation download edit everybody example examples explanation fact
    faq feature features feedback file files folder folders github gitlab guide guides hand hello home hour idea ideas info information install
    installation installing introduction issue issues item items latest level licence license line lines link links list lists maintainer
    maintainers manual menu minute minutes mit name names news note notes npm npx number numbers official option options order output
    overview package packages page pages paragraph part parts people person place pnpm point points post problem problems program
    project projects purpose question questions quick quickstart readme reason reasons reference release releases repo repository
    result results sample screenshot second seconds section sections set sense size snippet software solution source sponsor sponsors
    step steps stuff suggestion summary support text time times tip tips today tomorrow tool tools topic topics
    tutorial type types usage user users value values version versions video warning way ways website week welcome word words world yarn
    year years yesterday lib src dist core internal minor major box tiny fast modern custom minimal native powerful lightweight beautiful awesome handy breaking jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun gmt utc com net org www  https  png svg jpg img src href bun add dev
    arg args argument arguments boolean callback class classes const constant constructor context ctx data elem element elements enum err error errors
    export exports false field fields fn foo bar baz func function functions helper helpers impl import imports index input inputs
    instance int interface interfaces key keys let method methods misc module modules null obj object objects opts param parameter parameters
    params private prop properties property props protected pub public returned returning returns self static str string
    strings struct that this throw throws tmp true undefined util utils val var variable variables void
  `),
);

/** The stopwords of the language that most of the given words (in small letters) seem to belong to, English if unsure. */
export function stopwordsFor(words: readonly string[]): ReadonlySet<string> {
  const sample = words.slice(0, 2_000);
  const count = (list: ReadonlySet<string>) => sample.filter((word) => list.has(word)).length;
  // Each list holds the English one, so another language has to bring many words of its own.
  const inEnglish = count(english) * 1.5 + 5;
  const [best] = otherLanguages
    .map((list) => ({ list, hits: count(list) }))
    .filter(({ hits }) => hits > inEnglish)
    .sort((a, b) => b.hits - a.hits);
  return best?.list ?? english;
}

function listed(words: string): string[] {
  return words.trim().split(/\s+/);
}
