import { describe, expect, it } from 'vitest';
import { cursorOf, limitOf, positionOf } from '../../../src/cdr/cdr-query.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { renderJsonLines, renderTable } from '../../../src/cdr/render-cdrs.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';

const talk = projectCdr(sampleCall('c1').events)!;
const hostile = projectCdr(new CallScript('c2').arrive({ caller: '\u001b[2Jx' }).end().events)!;

describe('renderTable', () => {
  it('lines up columns, Chinese characters counted twice', () => {
    const [head, first] = renderTable([talk], 'Asia/Shanghai').split('\n');
    expect(head).toBe(
      'started              caller        called      direction  origin         area      seconds  talk  agent  survey  outcome   cause        fault  path',
    );
    expect(first).toBe(
      '2026-10-12 10:00:00  075523456789  4001234567  inbound    trunk carrier  广东深圳     84.5  60.0  8002   1       answered  normal (16)         block > schedule > queue sales',
    );
  });

  it('does not pass control characters on to the terminal', () => {
    expect(renderTable([hostile], 'UTC')).not.toContain('\u001b');
  });

  it('prints only the head when there are no records', () => {
    expect(renderTable([], 'UTC').split('\n')).toHaveLength(2);
  });
});

describe('renderJsonLines', () => {
  it('gives one complete record a line', () => {
    const lines = renderJsonLines([talk, hostile]).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([talk, hostile]);
    expect(renderJsonLines([])).toBe('');
  });
});

describe('cursors and limits', () => {
  it('reads back what it gave and refuses the rest', () => {
    const position = { value: MONDAY_10, startedAt: MONDAY_10, callId: 'a_B-9' };
    const before = cursorOf({}, position);
    expect(positionOf({ before })).toEqual(position);
    expect(positionOf({})).toBeUndefined();
    const encoded = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const wrong of [
      '',
      'x',
      `${before}x`,
      `${before}==`,
      cursorOf({ sort: 'talk' }, position),
      cursorOf({ order: 'asc' }, position),
      encoded(null),
      encoded(['started', 'desc', '1', 1, 'a']),
      encoded(['started', 'desc', 1, 1.5, 'a']),
      encoded(['started', 'desc', 1, 1, ['a']]),
      encoded(['started', 'desc', 1, 1, 'a', 'more']),
    ]) {
      expect(() => positionOf({ before: wrong }), wrong).toThrow(
        'the cursor is not one that this server gave',
      );
    }
  });

  it('keeps the limit in its bounds', () => {
    expect([undefined, 0, 7.9, 10_000].map((limit) => limitOf(limit === undefined ? {} : { limit }))).toEqual(
      [50, 1, 7, 500],
    );
  });
});
