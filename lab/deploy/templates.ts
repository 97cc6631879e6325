import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

interface Template {
  readonly Resources: Record<string, Resource>;
}

interface Metric {
  readonly MetricStat?: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Namespace: string;
      readonly Dimensions?: unknown;
    };
    readonly Period: unknown;
    readonly Stat: string;
  };
}

/**
 * The emulator refuses the whole stack of an alarm on an expression. In its place stands the same alarm on the first
 * metric of the expression: what refers to it goes on referring, and only when it would fire differs.
 */
function withoutExpression(properties: Record<string, unknown>): Record<string, unknown> {
  const { Metrics, ...rest } = properties;
  const first = (Metrics as readonly Metric[]).find(({ MetricStat }) => MetricStat !== undefined)!
    .MetricStat!;
  return {
    ...rest,
    MetricName: first.Metric.MetricName,
    Namespace: first.Metric.Namespace,
    ...(first.Metric.Dimensions === undefined ? {} : { Dimensions: first.Metric.Dimensions }),
    Period: first.Period,
    Statistic: first.Stat,
  };
}

/**
 * Changes in synthesized templates what the emulator refuses (docs/adr tells what, in its own words).
 * @returns one sentence for each resource that was changed
 */
export function adaptTemplates(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => {
      const path = join(folder, file);
      const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
      const changed: string[] = [];
      for (const [id, resource] of Object.entries(template.Resources)) {
        if (resource.Type !== 'AWS::CloudWatch::Alarm' || resource.Properties?.['Metrics'] === undefined)
          continue;
        template.Resources[id] = { ...resource, Properties: withoutExpression(resource.Properties) };
        changed.push(
          `the alarm ${String(resource.Properties['AlarmName'])} is on the first metric of its expression`,
        );
      }
      if (changed.length > 0) writeFileSync(path, JSON.stringify(template));
      return changed;
    });
}
