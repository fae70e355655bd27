import { expect, it } from 'vitest';
import type { WaitingRow } from '../../../../src/console/api/types.ts';
import { whyCounts, whyText } from '../../../../src/console/page/live/why-text.ts';

const NOW = Date.parse('2026-10-10T04:00:00Z');
const WAITS: WaitingRow = {
  tenant: 'demo',
  queue: 'sales',
  callId: 'w1',
  caller: '13800138000',
  area: '北京',
  position: 3,
  since: '2026-10-10T03:59:30.000Z',
  waitMs: 30_000,
  expectedWaitMs: null,
  priority: 0,
  isOffered: false,
  isCallback: false,
  why: [
    {
      agent: '8002',
      why: 'wrap-up 12 s left',
      code: 'wrap-up',
      detail: null,
      until: '2026-10-10T04:00:12.000Z',
    },
    { agent: '8001', why: 'busy (paper)', code: 'busy', detail: 'paper', until: null },
    { agent: '8003', why: 'lacks 粤语', code: 'lacks-skill', detail: '粤语', until: null },
    { agent: '8004', why: 'is talking', code: 'talking', detail: null, until: null },
  ],
  whyNot: { 'wrap-up': 1, busy: 1, 'lacks-skill': 1, talking: 12, 'signed-out': 4 },
};
const same = (reason: string) => reason;
const zh = (more: Partial<WaitingRow>) => whyText({ ...WAITS, ...more }, 'zh-CN', same, NOW);

it('names who is free first, with why and how long, and counts the others', () => {
  expect(zh({})).toBe('8002 整理 12 s，8001 示忙（paper），8003 技能不符（粤语），另有 12 人不空闲');
  expect(whyText(WAITS, 'en', same, NOW + 5000)).toBe(
    '8002 wrap-up 7 s, 8001 Busy (paper), 8003 lacks the skill (粤语), and 12 more are not free',
  );
  expect(whyCounts(WAITS, 'zh-CN')).toBe('12 人通话，4 人未签入，1 人整理，1 人示忙，1 人技能不符');
});

it('says when it is the place in line, nobody is there, or agents are being rung', () => {
  expect(zh({ why: [], whyNot: null })).toBe('前面还有 2 位');
  expect(zh({ why: [], whyNot: { 'signed-out': 2 } })).toBe('没有坐席签入');
  expect(zh({ why: [], whyNot: {} })).toBe('即将分配');
  expect(zh({ isOffered: true })).toBe('正在振铃坐席');
  expect(zh({ isOffered: true, isCallback: true })).toBe('正在回呼');
});
