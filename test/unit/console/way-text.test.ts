import { describe, expect, it } from 'vitest';
import { stepText, whyTextOf } from '../../../src/console/page/calls/way-text.ts';

describe('the way of a call in Chinese', () => {
  it.each([
    ['blacklist → passed', '黑名单 → 通过'],
    ['schedule → open', '时间表 → 工作时间'],
    ['queue sales', '排队 sales'],
    ['queue sales → no-agents', '排队 sales → 无坐席签入'],
    ['menu → 1', '按键菜单 → 1'],
    ['direct line 02161234567', '直线号码 02161234567'],
    ['feature code', '功能码'],
    ['hangup busy', '挂机 忙'],
    ['hangup', '挂机'],
    ['something new → 7', 'something new → 7'],
  ])('says of the step %s: %s', (step, text) => expect(stepText(step, 'zh-CN')).toBe(text));

  it.each([
    ['the caller is not on it', '主叫不在名单上'],
    ['number 13800138000: tested as vip', '按测试设定'],
    ['number 13800138000: fraud', '号码 13800138000：fraud'],
    ['on list nuisance by prefix: fraud', '在名单 nuisance 上（号段）：fraud'],
    ['no valid key was pressed', '没有按有效的键'],
    ['the caller pressed 1 (main-menu, attempt 1 of 3)', '主叫按了 1（main-menu，第 1 次，共 3 次）'],
    ['open: Tue 2026-12-01 within 00:00-24:00', '时段 open：2026-12-01 星期二，在 00:00-24:00 内'],
    ['8002 by random; 8001 skipped: wrap-up 12 s left', '选中 8002，按随机；跳过 8001：话后整理剩 12 秒'],
    ['nobody is free; 8001 skipped: is talking', '无空闲坐席；跳过 8001：通话中'],
    ['agent 8001, 12.5 s', '坐席 8001，通话 12.5 秒'],
    ['what nobody knows yet', 'what nobody knows yet'],
  ])('says why: %s', (why, text) => expect(whyTextOf(why, 'zh-CN')).toBe(text));

  it('leaves English as the engine says it', () => {
    expect(stepText('queue sales → served', 'en')).toBe('queue sales → served');
    expect(whyTextOf('the queue is full', 'en')).toBe('the queue is full');
  });
});
