import { median } from "./statistics.js";

/** What one contender did in one round. */
export interface Sample {
  /** By its label: "pg-boss, 4 x 500". */
  readonly contender: string;
  /** What was varied: "1 process". */
  readonly setting: string;
  /** Counted from 1. Contenders take turns: samples of one round were taken close together. */
  readonly round: number;
  /** By metric; what could not be measured is not there. */
  readonly values: Readonly<Record<string, number>>;
}

export interface Series {
  readonly contender: string;
  readonly setting: string;
  readonly metric: string;
}

/** By round. */
export function seriesOf(samples: readonly Sample[], series: Series): ReadonlyMap<number, number> {
  return new Map(
    samples
      .filter(({ contender, setting }) => contender === series.contender && setting === series.setting)
      .flatMap(({ round, values }) => {
        const value = values[series.metric];
        return value === undefined ? [] : [[round, value] as const];
      }),
  );
}

/** `null` when nothing was measured. */
export function medianOf(samples: readonly Sample[], series: Series): number | null {
  const values = [...seriesOf(samples, series).values()];
  return values.length === 0 ? null : median(values);
}

/** One divided by the other in each round in which both were measured. */
export function ratiosOf(samples: readonly Sample[], one: Series, other: Series): readonly number[] {
  const others = seriesOf(samples, other);
  return [...seriesOf(samples, one)].flatMap(([round, value]) => {
    const base = others.get(round);
    return base === undefined || base === 0 ? [] : [value / base];
  });
}

/** The median of the ratios of all rounds; `null` when there are none. */
export function ratioOf(samples: readonly Sample[], one: Series, other: Series): number | null {
  const ratios = ratiosOf(samples, one, other);
  return ratios.length === 0 ? null : median(ratios);
}
