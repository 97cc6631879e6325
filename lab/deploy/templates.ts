import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
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

interface Statement {
  readonly Condition?: { readonly Bool?: Readonly<Record<string, unknown>> };
}

/**
 * Changes in a synthesized assembly what the emulator takes otherwise than AWS; docs/adr tells what, in its own words.
 * @returns a sentence for each change
 */
export function adaptAssembly(folder: string): readonly string[] {
  const files = readdirSync(folder);
  const changes = files
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => adaptTemplate(join(folder, file)));
  for (const file of files) {
    if (file === 'manifest.json' || file.endsWith('.assets.json')) rewrite(join(folder, file), withoutRoles);
  }
  return [...changes, "the account's own key deploys, not the roles of cdk bootstrap"];
}

function adaptTemplate(path: string): readonly string[] {
  const changes: string[] = [];
  rewrite(path, (template) => {
    const { Resources } = template as { Resources: Readonly<Record<string, Resource>> };
    const adapted = Object.entries(Resources).map(([id, resource]) => {
      const expression = withoutExpression(resource);
      if (expression !== null) {
        changes.push(
          `the alarm ${resource.Properties?.['AlarmName']} is on the first metric of its expression`,
        );
        return [id, expression];
      }
      const policy = withoutTls(resource);
      if (policy === null) return [id, resource];
      changes.push(`${id} does not ask for TLS`);
      return [id, policy];
    });
    return { ...(template as object), Resources: Object.fromEntries(adapted) };
  });
  return changes;
}

function rewrite(path: string, change: (content: unknown) => unknown): void {
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
}

/** What refers to such an alarm goes on referring, and only when it would fire differs. Null: it is none. */
function withoutExpression({ Type, Properties = {}, ...rest }: Resource): Resource | null {
  const { Metrics, ...others } = Properties;
  if (Type !== 'AWS::CloudWatch::Alarm' || Metrics === undefined) return null;
  const first = (Metrics as readonly Metric[]).find(({ MetricStat }) => MetricStat !== undefined)!
    .MetricStat!;
  return {
    ...rest,
    Type,
    Properties: { ...others, ...first.Metric, Period: first.Period, Statistic: first.Stat },
  };
}

/** Null: no statement of its policy asks for TLS. */
function withoutTls({ Properties = {}, ...rest }: Resource): Resource | null {
  const document = Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] } | undefined;
  const asksForTls = ({ Condition }: Statement) => Condition?.Bool?.['aws:SecureTransport'] !== undefined;
  if (document === undefined || !document.Statement.some(asksForTls)) return null;
  const kept = document.Statement.filter((statement) => !asksForTls(statement));
  return { ...rest, Properties: { ...Properties, PolicyDocument: { ...document, Statement: kept } } };
}

const withoutRoles = (content: unknown): unknown =>
  JSON.parse(
    JSON.stringify(content, (key, value) =>
      /^(assumeRole|lookupRole|cloudFormationExecutionRole)/.test(key) ? undefined : value,
    ),
  );
