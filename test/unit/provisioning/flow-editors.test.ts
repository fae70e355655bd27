import { expect, it } from 'vitest';
import { FlowEditors, GONE_AFTER_MS } from '../../../src/provisioning/version/flow-editors.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

const NAME = { tenant: 'demo', hotline: '4001234567' };
const page = (by: string, name: string, isEditing = false) => ({ page: name, by, isEditing });

it('those who have a flow open know of each other, and of nobody who has another open', async () => {
  const clock = new ManualClock(1000);
  const editors = new FlowEditors(clock);
  expect(editors.seen(NAME, page('li', 'a'))).toEqual([]);
  await clock.advance(10);
  expect(editors.seen(NAME, page('wang', 'b', true))).toEqual([{ by: 'li', since: 1000, isEditing: false }]);
  expect(editors.seen({ ...NAME, tenant: 'other' }, page('chen', 'c'))).toEqual([]);
  // Another page of his own, and both pages of the other as one.
  expect(editors.seen(NAME, page('wang', 'd'))).toEqual([
    { by: 'li', since: 1000, isEditing: false },
    { by: 'wang', since: 1010, isEditing: true },
  ]);
  expect(editors.seen(NAME, page('li', 'a'))).toEqual([{ by: 'wang', since: 1010, isEditing: true }]);
});

it('a page that is closed, or says nothing more, is gone; nobody closes that of another', async () => {
  const clock = new ManualClock();
  const editors = new FlowEditors(clock);
  editors.seen(NAME, page('li', 'a'));
  editors.seen(NAME, page('wang', 'b'));
  editors.left(NAME, 'a', 'wang');
  expect(editors.seen(NAME, page('wang', 'b')).map(({ by }) => by)).toEqual(['li']);
  editors.left(NAME, 'a', 'li');
  editors.left(NAME, 'a', 'li');
  expect(editors.seen(NAME, page('wang', 'b'))).toEqual([]);
  await clock.advance(GONE_AFTER_MS + 1);
  expect(editors.seen(NAME, page('li', 'a'))).toEqual([]);
});

it('no flow has more pages than a hundred: who was heard of longest ago goes', async () => {
  const editors = new FlowEditors(new ManualClock());
  for (let n = 0; n < 150; n++) editors.seen(NAME, page(`p${n}`, 'a'));
  const people = editors.seen(NAME, page('me', 'a')).map(({ by }) => by);
  expect(people.length).toBe(99);
  expect(people).toContain('p149');
  expect(people).not.toContain('p50');
});
