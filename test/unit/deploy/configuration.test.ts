import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  configReference,
  referenceFiles,
  referenceSections,
  undescribed,
} from '../../../scripts/config-reference.ts';

test('every key of the configuration is described in both languages, and no other', () => {
  for (const section of referenceSections()) expect(undescribed(section), section.title.en).toEqual([]);
});

test('the reference is what the schemas say: `npm run config-reference`', () => {
  for (const { file, text } of referenceFiles()) {
    expect(existsSync(file) && readFileSync(file, 'utf8'), file).toBe(text);
  }
});

test('any list of titles and schemas makes a table each', () => {
  const schema = {
    properties: {
      ringMs: {
        type: 'integer',
        duration: '^x$',
        hint: 'a duration such as 500ms, 15s or 2m',
        default: 15_000,
      },
      ways: {
        type: 'array',
        items: { properties: { to: { type: 'string', hint: 'text' } }, required: ['to'] },
      },
    },
  };
  const keys = {
    ring: ['Rings so long', '振铃时长'],
    'ways[].to': ['There', '去向'],
    gone: ['', ''],
  } as const;
  const section = { title: { en: 'Bells', zh: '铃' }, prefix: 'bells.NAME.', schema, keys };
  expect(undescribed(section)).toEqual(['ways', 'gone']);
  const lines = configReference([section], 'zh').split('\n');
  expect(lines).toContain('| `bells.NAME.ring` | 振铃时长 | 时长，如 500ms、15s、2m | `15s` |');
  expect(lines).toContain('| `bells.NAME.ways[].to` | 去向 | 文字 | 必填 |');
});
