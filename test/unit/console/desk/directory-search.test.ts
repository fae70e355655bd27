import { pinyin } from 'pinyin-pro';
import { describe, expect, it } from 'vitest';
import type { DirectoryRow } from '../../../../src/console/api/types.ts';
import { dialable, found, searchable } from '../../../../src/console/desk/directory/search.ts';
import { groupOf, surveyOf, targetOf, typedNumber } from '../../../../src/console/desk/directory/whom.ts';

const row = (
  kind: DirectoryRow['kind'],
  id: string,
  title: string,
  number: string | null = id,
): DirectoryRow => ({
  ...{ kind, id, title, number, department: null, category: null, note: null },
  ...{ state: null, isOpen: null, waiting: null, free: null, signedIn: null },
});
const ROWS = [
  row('queue', 'service', '售后服务', null),
  row('agent', '8001', '张伟'),
  row('agent', '8002', '王芳'),
  row('contact', 'depot', '华东仓库', '02161234567'),
  row('agent', '8010', 'Anna Wang'),
];
const ALL = searchable(ROWS, (title) => pinyin(title, { toneType: 'none', type: 'array' }));
const ids = (words: string) => found(ALL, words).map(({ id }) => id);

describe('the directory is searched', () => {
  it.each([
    ['by name', '王', ['8002']],
    ['by pinyin', 'wangfang', ['8002']],
    ['by pinyin of a part, what begins with it first', 'wang', ['8002', '8010']],
    ['by initials', 'zw', ['8001']],
    ['by initials of a queue', 'shfw', ['service']],
    ['by work number', '8001', ['8001']],
    ['by the end of a number', '1234567', ['depot']],
    ['in capitals and with blanks', ' ANNA w', ['8010']],
    ['by what there is not', 'xyz', []],
  ])('%s', (_, words, expected) => expect(ids(words)).toEqual(expected));

  it('without sounds, such as before they are loaded, by name and number all the same', () => {
    const silent = searchable(ROWS);
    expect(found(silent, '王').map(({ id }) => id)).toEqual(['8002']);
    expect(found(silent, 'wangfang')).toEqual([]);
  });

  it.each([
    ['a number that nobody has', '13900139000', ['13900139000']],
    ['one that somebody has is his', '8002', ['8002']],
    ['its beginning is typed still', '800', ['8001', '8002', '800']],
    ['it stands before who only has it inside', '1234567', ['1234567', 'depot']],
    ['two digits are no number yet', '80', ['8001', '8002', '8010']],
  ])('a number may be dialled as it is: %s', (_, text, expected) => {
    expect(found(ALL, text, typedNumber).map(({ id }) => id)).toEqual(expected);
  });

  it('shows all of it while nothing is typed', () => {
    expect(ids(' ')).toHaveLength(5);
  });
});

it('a number that can be dialled has three digits at least, whatever stands between them', () => {
  expect(['138 0013-8000', '+85223456789', '119', '12', 'wang', ''].map(dialable)).toEqual([
    ...['13800138000', '+85223456789', '119'],
    ...[undefined, undefined, undefined],
  ]);
});

it.each([
  ['an agent where he sits', row('agent', '8002', '王芳', '8102'), { agent: '8002' }, 'agent'],
  ['a queue', row('queue', 'service', '售后服务', null), { queue: 'service' }, 'queue'],
  ['a flow by its number', row('hotline', '4001111111', '服务热线'), { number: '4001111111' }, 'flow'],
  ['a phone', row('extension', '8003', '前台'), { number: '8003' }, 'company'],
  ['a short number that was typed may be a colleague', typedNumber('8009'), { agent: '8009' }, 'all'],
  ['a long one is outside', typedNumber('13900139000'), { number: '13900139000' }, 'all'],
  ['the survey is no place', surveyOf('满意度评价', ''), undefined, 'flow'],
] as const)('where a caller is given: %s', (_, whom, target, group) => {
  expect(targetOf(whom)).toEqual(target);
  expect(groupOf(whom)).toBe(group);
});
