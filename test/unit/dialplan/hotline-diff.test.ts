import { describe, expect, it } from 'vitest';
import { differenceText } from '../../../src/dialplan/diff/diff-words.ts';
import { hotlineDiff } from '../../../src/dialplan/diff/hotline-diff.ts';
import {
  byArea,
  dial,
  goto,
  hangup,
  hotline,
  menu,
  play,
  queue,
  schedule,
  voicemail,
} from '../../../src/dialplan/index.ts';
import type { Hotline } from '../../../src/dialplan/node/hotline.ts';
import type { FlowNode } from '../../../src/dialplan/node/tree.ts';

const of = (options: Omit<Parameters<typeof hotline>[1], 'tenant'>) => hotline('4001234567', options);
const en = (before: Hotline, after: Hotline) =>
  hotlineDiff(before, after).map((each) => differenceText(each, 'en'));

describe('the difference between two versions', () => {
  it('is nothing for the same flow', () => {
    const make = () =>
      of({ flow: [play('welcome'), menu({ prompt: 'main-menu', 1: queue('sales'), otherwise: hangup() })] });
    expect(en(make(), make())).toEqual([]);
  });

  it('has fields with both values, of nodes and of the hotline', () => {
    const before = of({ flow: menu({ prompt: 'main-menu', 1: queue('sales'), attempts: 2 }), channels: 10 });
    const after = of({
      flow: menu({ prompt: 'other-menu', 1: queue('sales'), attempts: 3 }),
      aliases: ['02151111111'],
    });
    expect(en(before, after)).toEqual([
      'changed: channels of the hotline was 10, is not set',
      'changed: aliases of the hotline was not set, is ["02151111111"]',
      'changed: menu other-menu at flow: prompt was main-menu, is other-menu',
      'changed: menu other-menu at flow: attempts was 2, is 3',
    ]);
    expect(hotlineDiff(before, after).map((each) => differenceText(each, 'zh'))).toEqual([
      '修改：热线的并发上限由 10 改为 未设置',
      '修改：热线的引示号由 未设置 改为 ["02151111111"]',
      '修改：按键菜单“other-menu”，位置 主流程：提示音由 main-menu 改为 other-menu',
      '修改：按键菜单“other-menu”，位置 主流程：尝试次数由 2 改为 3',
    ]);
  });

  it('is told in Chinese without a name of the engine: places, ways out, fields, values', () => {
    const menuTo = (keys: object, more: object = {}) =>
      ({ type: 'menu', prompt: 'main-menu', keys, ...more }) as unknown as FlowNode;
    const zh = (one: Hotline, other: Hotline) =>
      hotlineDiff(one, other).map((each) => differenceText(each, 'zh'));
    const before = of({ flow: [play('welcome'), menuTo({ 1: queue('sales'), 2: queue('vip') })] });
    const after = of({
      flow: [
        play('welcome'),
        menuTo({ 1: [play('outage'), queue('sales')], 3: queue('vip') }, { timeoutMs: 4000 }),
      ],
      otherwise: voicemail('box'),
    });
    const texts = zh(before, after);
    expect(texts).toContain('增加：放音“outage”，位置 主流程 第 2 个 › 按键 1 第 1 个');
    expect(texts).toContain('增加：留言“box”，位置 兜底流程');
    expect(texts).toContain('修改：按键菜单“main-menu”，位置 主流程 第 2 个：等待时长由 未设置 改为 4 秒');
    expect(texts).toContain('出口：热线：新增“兜底流程”，通向 留言“box”');
    expect(texts.join()).not.toMatch(/flow|keys|timeoutMs|otherwise|menu\(/);
  });

  it('has nodes that are new or gone; those behind them have not moved', () => {
    const rest = () => [queue('sales'), voicemail('box')];
    const before = of({ flow: [play('welcome'), ...rest()] });
    const after = of({ flow: [play('welcome'), play('outage'), ...rest()] });
    expect(en(before, after)).toEqual(['added: play outage at flow[1]']);
    expect(en(after, before)).toEqual(['removed: play outage at flow[1]']);
  });

  it('has exits that lead elsewhere, are new or gone', () => {
    const keys = (sales: string, more: object = {}) =>
      of({ flow: menu({ prompt: 'main-menu', 1: queue(sales), 2: queue('service'), ...more }) });
    expect(en(keys('sales'), keys('sales', { 3: voicemail('box') }))).toEqual([
      'exit 3 of menu main-menu at flow leads to voicemail box, it is new',
      'added: voicemail box at flow.3',
    ]);
    expect(en(keys('sales', { 3: voicemail('box') }), keys('sales'))).toEqual([
      'removed: voicemail box at flow.3',
      'exit 3 of menu main-menu at flow is gone, before to voicemail box',
    ]);
    // What was changed where it stands is the same node.
    expect(en(keys('sales'), keys('vip'))).toEqual(['changed: queue vip at flow.1: queue was sales, is vip']);
    const swapped = of({ flow: menu({ prompt: 'main-menu', 1: queue('service'), 2: queue('sales') }) });
    expect(en(keys('sales'), swapped)).toEqual([
      'exit 1 of menu main-menu at flow leads to queue service, before to queue sales',
      'exit 2 of menu main-menu at flow leads to queue sales, before to queue service',
      'moved: queue service from flow.2 to flow.1',
      'moved: queue sales from flow.1 to flow.2',
    ]);
  });

  it('knows a branch again that was moved as a whole: what is below it has not moved', () => {
    const branch = () => [
      play('welcome'),
      schedule('office', { open: queue('sales'), closed: voicemail('box') }),
    ];
    const before = of({ flow: menu({ prompt: 'main-menu', 1: branch(), 2: hangup('busy') }) });
    const after = of({ flow: menu({ prompt: 'main-menu', 2: hangup('busy'), 9: branch() }) });
    expect(en(before, after)).toEqual([
      'exit 1 of menu main-menu at flow is gone, before to play welcome',
      'exit 9 of menu main-menu at flow leads to play welcome, it is new',
      'moved: play welcome from flow.1[0] to flow.9[0]',
      'moved: schedule office from flow.1[1] to flow.9[1]',
    ]);
  });

  it('tells what has changed its place in a list, and nothing of the others', () => {
    const before = of({ flow: [play('welcome'), play('outage'), queue('sales'), voicemail('box')] });
    const after = of({ flow: [play('outage'), queue('sales'), play('welcome'), voicemail('box')] });
    expect(en(before, after)).toEqual([
      'exit flow of the hotline leads to play outage, before to play welcome',
      'moved: play welcome from flow[0] to flow[2]',
    ]);
  });

  it('looks into flows by name, VIP rules and what comes at last', () => {
    const make = (to: string, otherwise?: Parameters<typeof hotline>[1]['otherwise']) =>
      of({
        flow: byArea({ 广东: goto('side'), otherwise: dial('02151111111') }),
        flows: { side: queue(to) },
        vip: { who: [{ match: 'list', list: 'gold' }] as never, flow: queue('vip'), priority: 5 },
        ...(otherwise && { otherwise }),
      });
    expect(en(make('sales'), make('service', hangup()))).toEqual([
      'exit otherwise of the hotline leads to hangup normal, it is new',
      'changed: queue service at side: queue was sales, is service',
      'added: hangup normal at otherwise',
    ]);
  });
});
