import { expect, test } from 'vitest';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { SourceLog } from '../../../src/shared/source-log.ts';

function open() {
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = new SourceLog(clock, (source, count) => lines.push(`${source} ${count}`));
  return { clock, lines, log };
}

test('one source: the first event at once, the rest of its second in one line', async () => {
  const { clock, lines, log } = open();
  for (let event = 0; event < 30_000; event++) log.note('a');
  log.note('b');
  expect(lines).toEqual(['a 1', 'b 1']);
  await clock.advance(1000);
  expect(lines).toEqual(['a 1', 'b 1', 'a 29999']);
  log.note('a');
  log.note('a');
  log.close();
  expect(lines.slice(3)).toEqual(['a 1', 'a 1']);
  expect(clock.pending).toBe(0);
});

test('more sources than anybody reads are one', async () => {
  const { clock, lines, log } = open();
  for (let source = 0; source < 5000; source++) log.note(String(source));
  await clock.advance(1000);
  expect([lines.length, lines.at(-1)]).toEqual([1002, 'others 3999']);
});
