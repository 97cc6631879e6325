import type { Measure, MetricName } from '../../functions/shared/metrics.ts';
import type { SiteName } from '../../functions/shared/names.ts';

export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
  /** Null for what is of the whole deployment. */
  readonly site: SiteName | null;
}

/** Keeps what functions measure, oldest first, where deployed ones print it for CloudWatch. */
export class Measurements {
  readonly all: Measurement[] = [];
  readonly measure: Measure = (name, value, site?) => {
    this.all.push({ name, value, site: site ?? null });
  };
}
