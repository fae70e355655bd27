import { describe, expect, it } from 'vitest';
import type { DirectoryRow } from '../../../../src/console/api/types.ts';
import { dialable, found, searchable } from '../../../../src/console/page/desk/search.ts';

const row = (
  kind: DirectoryRow['kind'],
  id: string,
  title: string,
  number: string | null = id,
): DirectoryRow => ({
  ...{ kind, id, title, number, department: null, category: null, note: null },
  ...{ state: null, isOpen: null, waiting: null, free: null, signedIn: null },
});
const ALL = searchable([
  row('queue', 'service', '售后服务', null),
  row('agent', '8001', '张伟'),
  row('agent', '8002', '王芳'),
  row('contact', 'depot', '华东仓库', '02161234567'),
  row('agent', '8010', 'Anna Wang'),
]);
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
