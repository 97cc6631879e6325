import { describe, expect, it } from '@jest/globals';
import { SIMULATED_UNAIDED, type Unaided, unaidedOf } from '../../lab/drill/comparison.ts';
import { measure } from '../../lab/drill/measures.ts';
import { painter, printProofs, printTargets, timelinePrinter } from '../../lab/drill/printing.ts';
import { prove } from '../../lab/drill/proof.ts';
import type { DrillRecord } from '../../lab/drill/record.ts';
import { reportHtml, reportJson } from '../../lab/drill/report.ts';
import { LOST_AT, recordWith, write } from './records.ts';

const record = recordWith(
  { key: 'value', '<b>&"': 'value' },
  {
    attempts: [
      write('key', 'value', 'good', { at: LOST_AT - 1_000 }),
      write('key', 'value', 'refused', { at: LOST_AT + 1_000, milliseconds: 4_500 }),
      write('key', 'value', 'good', { at: LOST_AT + 26_000 }),
      write('<b>&"', 'value', 'good', { at: LOST_AT + 27_000 }),
      write('ended', null, 'good', { at: LOST_AT + 28_000 }),
    ],
    events: [
      { at: LOST_AT, kind: 'fault', text: 'site-a stops answering <now>' },
      { at: LOST_AT + 22_000, kind: 'alarm', text: 'Alarm site-a-endpoint is ALARM.' },
      { at: LOST_AT + 23_000, kind: 'state', text: 'failover: Claim the operation' },
    ],
    mails: [{ at: LOST_AT + 25_000, subject: 'site-b serves', body: 'What happened' }],
  },
);
const unaided = unaidedOf({
  ...record,
  unaided: true,
  attempts: [write('key', 'value', 'refused', { at: LOST_AT + 1_000 })],
});

describe('the report', () => {
  const page = reportHtml(record, unaided);

  it('is one page that needs nothing from elsewhere and runs no script', () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|src=|https?:\/\//);
  });

  it('says in one sentence what became of the users, with and without us', () => {
    expect(page).toContain('Writes were good again <b>26 s</b> after site-a was lost.');
    expect(page).toContain(
      'With nobody at the keyboard (simulated) they were not within the 180 s that were played.',
    );
  });

  it('shows both charts of both drills, the times with their targets, the proofs, the timeline and the mails', () => {
    expect(page.match(/<svg /g)).toHaveLength(4);
    for (const part of [
      'All 8 proofs hold',
      'under 60 s',
      'site-b serves',
      'Timeline',
      'Alarm site-a-endpoint',
    ]) {
      expect(page).toContain(part);
    }
  });

  it.each([
    'Alarms are evaluated every 10 s here, and the sweep runs every 15 s.',
    'AWS does both every 60 s: up to 50 s more.',
    'Endpoints are checked every 10 s here, and every 30 s by default and in the guide: up to 20 s more.',
    'Together: add up to 70 s to what comes after the loss.',
    'An approval is looked for every 5 s here, and every 60 s deployed.',
    'Records live 10 s here, and 60 s in the guide.',
  ])('says on the page, in the data and in print what goes faster here: %s', (sentence) => {
    expect(page).toContain(sentence);
    expect(reportJson(record, unaided).pace.join(' ')).toContain(sentence);
    const lines: string[] = [];
    printTargets(record, measure(record), unaided, (line) => lines.push(line), painter(false));
    expect(lines.join('\n')).toContain(sentence);
  });

  it('shows what comes from outside as text', () => {
    expect(page).toContain('site-a stops answering &lt;now&gt;');
    expect(page).not.toContain('<now>');
  });

  it('says plainly when a proof fails', () => {
    const failed = reportHtml({ ...record, failure: 'Not within 150 s: site-a is stale.' }, null);
    expect(failed).toContain('1 of 8 proofs fail');
    expect(failed).toContain('verdict failed');
  });

  it('draws nothing impossible when there was no write at all', () => {
    expect(reportHtml({ ...record, attempts: [] }, null)).not.toMatch(/NaN|Infinity|undefined/);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('is there as data too', () => {
    const data = JSON.parse(JSON.stringify(reportJson(record, unaided)));
    expect(data.measures.goodWritesSeconds).toBe(26);
    expect(data.proofs).toHaveLength(8);
    expect(data.unaided).toBe(false);
    expect(data.comparedWith.measures.goodWritesSeconds).toBeNull();
  });
});

describe('the data of an unaided drill', () => {
  it('say that it was one, and are compared with nothing', () => {
    const data = JSON.parse(JSON.stringify(reportJson({ ...record, unaided: true }, null)));
    expect(data.unaided).toBe(true);
    expect(data.comparedWith).toBeNull();
  });
});

describe('unaided numbers', () => {
  const shown = (drilled: DrillRecord, comparedWith: Unaided | null) => {
    const lines: string[] = [];
    printTargets(drilled, measure(drilled), comparedWith, (line) => lines.push(line), painter(false));
    const notes = reportJson(drilled, comparedWith).notes;
    return { page: reportHtml(drilled, comparedWith), printed: lines.join('\n'), notes };
  };

  it.each(['real', 'simulated'] as const)(
    'are called simulated next to a %s drill, and say what the simulated world does not show',
    (world) => {
      const { page, printed, notes } = shown({ ...record, world }, unaided);
      expect(page).toContain('<th>unaided (simulated)</th>');
      expect(page).toContain('The same with nobody at the keyboard (simulated)');
      expect(page).toContain(SIMULATED_UNAIDED);
      expect(printed).toMatch(/this drill +unaided \(simulated\) +target/);
      expect(printed).toContain(SIMULATED_UNAIDED);
      expect(notes).toEqual([SIMULATED_UNAIDED]);
    },
  );

  it('are called simulated in the unaided drill itself', () => {
    const { page, printed, notes } = shown({ ...record, unaided: true }, null);
    expect(page).toContain('<th>unaided (simulated)</th>');
    expect(printed).toMatch(/Times and counts +unaided \(simulated\) +target/);
    expect(notes).toEqual([SIMULATED_UNAIDED]);
  });

  it('are not called so when they were taken on real servers', () => {
    const { page, printed, notes } = shown({ ...record, world: 'real' }, { ...unaided, world: 'real' });
    expect(page).toContain('<th>unaided</th>');
    expect(page + printed).not.toContain('(simulated)');
    expect(notes).toEqual([]);
  });
});

describe('what is printed', () => {
  const printed = (work: (print: (line: string) => void) => void): string => {
    const lines: string[] = [];
    work((line) => lines.push(line));
    return lines.join('\n');
  };

  it('counts seconds from the loss on', () => {
    const text = printed((print) => {
      const tell = timelinePrinter(print, painter(false));
      tell({ at: LOST_AT - 5_000, kind: 'story', text: 'Clients write.' });
      for (const event of record.events) tell(event);
    });
    expect(text.split('\n')).toEqual([
      '           Clients write.',
      '   +0.0 s  site-a stops answering <now>',
      '  +22.0 s  Alarm site-a-endpoint is ALARM.',
      '  +23.0 s  failover: Claim the operation',
    ]);
  });

  it('has colours only where somebody sees them', () => {
    expect(painter(false)('red', 'text')).toBe('text');
    expect(painter(true)('red', 'text')).toBe('\u001b[31mtext\u001b[0m');
  });

  it('names each proof and each time next to its target and to the unaided drill', () => {
    const text = printed((print) => {
      printProofs(prove(record), print, painter(false));
      printTargets(record, measure(record), unaided, print, painter(false));
    });
    expect(text).toContain(' holds  Every good write is at both sites with its newest value');
    expect(text).toMatch(/Loss to good writes .*\s26 s\s+not within the drill\s+under 60 s/);
  });
});
