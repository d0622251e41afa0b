import type { TableSpec } from "../benchmark.js";
import { medianOf, ratiosOf, type Sample, seriesOf } from "../measure/sample.js";
import { median } from "../measure/statistics.js";
import { formatNumber } from "./format-number.js";

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Medians, with the lowest and highest of the first metric, and the ratio of every round. */
export function toTable(spec: TableSpec, samples: readonly Sample[]): Table {
  const { title, setting, metrics, ratio } = spec;
  const contenders = [
    ...new Set(samples.filter((sample) => sample.setting === setting).map(({ contender }) => contender)),
  ];
  return {
    title,
    head: [
      "",
      ...metrics.map(({ label }) => label),
      "lowest – highest",
      ...(ratio === undefined ? [] : [`${ratio.ours} / it, by round`]),
    ],
    rows: contenders.map((contender) => [
      contender,
      ...metrics.map(({ metric, digits }) =>
        formatNumber(medianOf(samples, { contender, setting, metric }), digits),
      ),
      spread(samples, spec, contender),
      ...(ratio === undefined ? [] : [ratios(samples, spec, ratio, contender)]),
    ]),
  };
}

function spread(samples: readonly Sample[], { setting, metrics }: TableSpec, contender: string): string {
  const [first] = metrics;
  if (first === undefined) return "";
  const values = [...seriesOf(samples, { contender, setting, metric: first.metric }).values()];
  if (values.length === 0) return "–";
  return `${formatNumber(Math.min(...values), first.digits)} – ${formatNumber(Math.max(...values), first.digits)}`;
}

function ratios(
  samples: readonly Sample[],
  { setting }: TableSpec,
  { metric, ours }: NonNullable<TableSpec["ratio"]>,
  contender: string,
): string {
  if (contender === ours) return "";
  const all = ratiosOf(samples, { contender: ours, setting, metric }, { contender, setting, metric });
  if (all.length === 0) return "–";
  return `${formatNumber(median(all), 2)} (${all.map((each) => formatNumber(each, 2)).join(" ")})`;
}
