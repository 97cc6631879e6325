import { describe, expect, it } from '@jest/globals';
import { latencyChart, spanOf } from '../../lab/drill/chart.ts';
import { perSecond } from '../../lab/drill/series.ts';
import { LOST_AT, recordWith, write } from './records.ts';

const at = (second: number, milliseconds: number) => ({ at: LOST_AT + second * 1000, milliseconds });

const record = recordWith(
  {},
  {
    attempts: [
      write('one', 'value', 'good', at(0, 8)),
      write('two', 'value', 'refused', at(0, 1)),
      write('three', 'value', 'unknown', at(0, 5_000)),
      write('four', 'value', 'refused', at(1, 1)),
      write('five', 'value', 'lost', at(1, 2)),
      write('six', 'value', 'good', at(2, 4)),
    ],
  },
);

describe('the seconds of a drill', () => {
  it('take latency from good writes only, and have none where there was none', () => {
    expect(perSecond(record).map(({ median, slowest }) => [median, slowest])).toEqual([
      [8, 8],
      [null, null],
      [4, 4],
    ]);
  });

  it('count every write, whatever became of it', () => {
    expect(perSecond(record).map(({ counts }) => counts)).toEqual([
      { good: 1, lost: 0, refused: 1, unknown: 1 },
      { good: 0, lost: 1, refused: 1, unknown: 0 },
      { good: 1, lost: 0, refused: 0, unknown: 0 },
    ]);
  });

  it('leave a gap in the line of latency, with a dot on each side of it', () => {
    const seconds = perSecond(record);
    const [, line] = /class="median" d="([^"]+)"/.exec(latencyChart(seconds, [], spanOf(seconds)))!;
    expect(line!.match(/M[\d. ]+h0/g)).toHaveLength(2);
    expect(line).not.toContain('L');
  });
});
