import { latencyChart, outcomeChart, spanOf } from './chart.ts';
import { drillTitle, simulatedMark, type Unaided, unaidedNotes } from './comparison.ts';
import { type Measures, measure } from './measures.ts';
import { paceOf } from './pace.ts';
import { type Proof, prove } from './proof.ts';
import type { DrillRecord, StoryEvent } from './record.ts';
import { REPORT_STYLE } from './report-style.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Mark, marksOf, perSecond, type Second, zeroOf } from './series.ts';
import { cameByItself, targetRows } from './targets.ts';

/** The same as data: everything but the single attempts. */
export const reportJson = (record: DrillRecord, unaided: Unaided | null) => {
  const { attempts, entries: _, ...rest } = record;
  return {
    ...rest,
    attempts: attempts.length,
    proofs: prove(record),
    measures: measure(record),
    targets: targetRows(record).map(({ what, target, actual }) => ({
      what,
      target,
      actual: actual(measure(record)),
    })),
    pace: paceOf(record.recordTtlSeconds),
    notes: unaidedNotes(record, unaided),
    seconds: perSecond(record),
    comparedWith: unaided,
  };
};

/** One page that opens anywhere: no script, nothing from elsewhere. */
export function reportHtml(record: DrillRecord, unaided: Unaided | null): string {
  const proofs = prove(record);
  const measures = measure(record);
  const failed = proofs.filter(({ passed }) => !passed);
  const verdict = record.unaided
    ? `Played with nobody at the keyboard${simulatedMark(record)}`
    : failed.length === 0
      ? `All ${proofs.length} proofs hold`
      : `${failed.length} of ${proofs.length} proofs fail`;
  const { title } = SCENARIOS[record.scenario];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Failover drill: ${escaped(title)}</title><style>${REPORT_STYLE}</style></head><body><main>
<h1>${escaped(title)}</h1>
<p class="soft">Failover drill of ${new Date(record.startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC ·
${record.world === 'real' ? 'two real Infinispan servers' : 'simulated: two sites in memory, on virtual time'} · caches of ${record.caches}</p>
<span class="verdict${!record.unaided && failed.length > 0 ? ' failed' : ''}">${verdict}</span>
<p>${summary(record, measures, unaided)}</p>
${tiles(record, measures)}
${charts('What users felt', perSecond(record), marksOf(record))}
${unaided === null ? '' : charts(`The same with nobody at the keyboard${simulatedMark(unaided)}`, unaided.seconds, unaided.marks)}
${targets(record, measures, unaided)}
${record.unaided ? '' : proofTable(proofs)}
${timeline(record)}
${mails(record)}
<p class="soft small">A write counts as good only when it could be read back.</p>
</main></body></html>
`;
}

function summary(record: DrillRecord, measures: Measures, unaided: Unaided | null): string {
  const { lost } = record;
  if (lost === null)
    return 'Traffic was moved to the other site and back by two commands with an empty input.';
  const good =
    measures.goodWritesSeconds === null
      ? 'Writes did not become good again within the drill.'
      : `Writes were good again <b>${measures.goodWritesSeconds} s</b> after ${lost} was lost.`;
  return good + (unaided === null ? '' : withoutUs(unaided));
}

function withoutUs(unaided: Unaided): string {
  const { measures, lastsSeconds } = unaided;
  const { goodWritesSeconds, returnSeconds } = measures;
  const alone = `With nobody at the keyboard${simulatedMark(unaided)}`;
  if (goodWritesSeconds === null) {
    return ` ${alone} they were not within the ${lastsSeconds} s that were played.`;
  }
  return cameByItself(goodWritesSeconds, returnSeconds)
    ? ` ${alone} they were not until the lost site itself was back, which was let happen after ${returnSeconds} s.`
    : ` ${alone} it took ${goodWritesSeconds} s.`;
}

function tiles(record: DrillRecord, measures: Measures): string {
  const tile = (value: string, what: string) =>
    `<div class="tile"><b>${value}</b><span class="soft">${what}</span></div>`;
  const shown = (value: number | null, unit = '') => (value === null ? '–' : `${value}${unit}`);
  const { meanwhile, afterwards } = measures;
  const first =
    record.lost === null
      ? [
          tile(shown(measures.switchoverSeconds, ' s'), 'switchover'),
          tile(shown(measures.switchbackSeconds, ' s'), 'switchback'),
        ]
      : [
          tile(shown(measures.goodWritesSeconds, ' s'), 'from the loss to good writes'),
          tile(shown(measures.decisionSeconds, ' s'), 'from the loss to the decision'),
        ];
  return `<div class="tiles">${[
    ...first,
    tile(String(meanwhile.refused + meanwhile.unknown + meanwhile.lost), 'writes that failed meanwhile'),
    tile(shown(measures.goodWritesMissing), 'good writes gone in the end'),
    tile(String(meanwhile.good + afterwards.good), 'good writes from then on'),
  ].join('')}</div>`;
}

function charts(title: string, seconds: readonly Second[], marks: readonly Mark[]): string {
  const span = spanOf(seconds);
  const shown = marks.filter((mark) => mark.seconds <= span.to);
  const key = (name: string, text: string) => `<li><i style="background:var(--${name})"></i>${text}</li>`;
  return `<section><h2>${title}</h2>
<ul class="key">${key('accent', 'median good write')}${key('unknown', 'slowest good write')}<li>dashed: 50 ms</li><li>a gap: no good write began</li></ul>
${latencyChart(seconds, shown, span)}
<ul class="key">${key('bar', 'good')}${key('refused', 'refused')}${key('unknown', 'no answer')}${key('lost', 'answered, and lost')}<li>writes per second</li></ul>
${outcomeChart(seconds, shown, span)}
<ol class="marks">${shown.map((mark) => `<li>${escaped(mark.text)} <span class="soft">${mark.seconds.toFixed(1)} s</span></li>`).join('')}</ol></section>`;
}

function targets(record: DrillRecord, measures: Measures, unaided: Unaided | null): string {
  const rows = targetRows(record).map(
    ({ what, target, actual }) =>
      `<tr><td>${what}</td><td>${target || '–'}</td><td class="number">${actual(measures)}</td>${
        unaided === null ? '' : `<td class="number">${actual(unaided.measures)}</td>`
      }</tr>`,
  );
  return `<section><h2>Times and counts</h2><table><tr><th>What</th><th>Target</th><th>${drillTitle(
    record,
  )}</th>${unaided === null ? '' : `<th>unaided${simulatedMark(unaided)}</th>`}</tr>${rows.join('')}</table>
<p class="soft small">${[...unaidedNotes(record, unaided), ...paceOf(record.recordTtlSeconds)].join(' ')}</p></section>`;
}

function proofTable(proofs: readonly Proof[]): string {
  const rows = proofs.map(
    ({ name, passed, detail, failed, examples }) =>
      `<tr><td class="${passed ? 'holds' : 'fails'}">${passed ? 'holds' : failed === 0 ? 'fails' : `fails (${failed})`}</td><td>${escaped(name)}${
        examples.length === 0 ? '' : `<br><span class="small">${examples.map(escaped).join('<br>')}</span>`
      }</td><td class="soft">${escaped(detail)}</td></tr>`,
  );
  return `<section><h2>Proof</h2><table><tr><th></th><th>What must be true</th><th>Looked at</th></tr>${rows.join('')}</table></section>`;
}

function timeline(record: DrillRecord): string {
  const zero = zeroOf(record);
  const row = ({ at, kind, text }: StoryEvent) =>
    `<tr class="${kind}"><td class="number">${((at - zero) / 1000).toFixed(1)} s</td><td class="kind">${kind}</td><td>${escaped(text)}</td></tr>`;
  const head = '<tr><th>Time</th><th></th><th>What happened</th></tr>';
  const told = record.events.filter(({ kind }) => kind !== 'state' && kind !== 'batch');
  return `<section><h2>Timeline</h2><table>${head}${told.map(row).join('')}</table>
<details><summary>With every step of every workflow</summary><table>${head}${record.events.map(row).join('')}</table></details></section>`;
}

function mails({ mails: all }: DrillRecord): string {
  if (all.length === 0) return '';
  return `<section><h2>What on-call was told</h2>${all
    .map(
      ({ subject, body }) =>
        `<details><summary>${escaped(subject)}</summary><pre>${escaped(body)}</pre></details>`,
    )
    .join('')}</section>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character]!);
