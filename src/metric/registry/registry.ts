/** All metrics (指标), and the sets of them that the product brings: what reports, boards and exports show, and nobody reckons elsewhere. */
import { PbxError } from '../../shared/errors.ts';
import { ACCESS } from './access.ts';
import { HANDLING } from './handling.ts';
import type { Metric, Variant } from './metric.ts';
import { QUALITY } from './quality.ts';
import { TRAFFIC } from './traffic.ts';

export const METRICS: readonly Metric[] = [...ACCESS, ...HANDLING, ...QUALITY, ...TRAFFIC];

const BY_ID = new Map(METRICS.map((metric) => [metric.id, metric]));

/** A metric, or a way to reckon it, that there is not. */
export class NoSuchMetricError extends PbxError {
  constructor(what: string) {
    super('bad-request', what);
  }
}

/** Throws {@link NoSuchMetricError}. */
export function metricOf(id: string): Metric {
  const metric = BY_ID.get(id);
  if (!metric) throw new NoSuchMetricError(`there is no metric ${id}`);
  return metric;
}

/** The way that was chosen, or the first. Throws {@link NoSuchMetricError}. */
export function variantOf(metric: Metric, id: string | undefined): Variant {
  const variant = id === undefined ? metric.variants[0] : metric.variants.find((each) => each.id === id);
  if (variant) return variant;
  const known = metric.variants.map((each) => each.id).join(', ');
  throw new NoSuchMetricError(`${metric.id} is not reckoned by ${id}, but by ${known}`);
}
