/** The document of the flow editor: walked, changed, merged, copied, laid out; always a new one, never the old one changed. */
import { describe, expect, it } from 'vitest';
import type { NodeKinds } from '../../../../src/console/api/types.ts';
import { flowText } from '../../../../src/console/page/flows/flow-text.ts';
import { copied, pasted } from '../../../../src/console/page/flows/model/clipboard.ts';
import {
  addAfter,
  addBranch,
  addFlow,
  duplicate,
  move,
  newNode,
  remove,
  removeBranch,
  renameBranch,
  setField,
  storable,
} from '../../../../src/console/page/flows/model/edit.ts';
import { begun, changed, chose, redone, undone } from '../../../../src/console/page/flows/model/history.ts';
import { drawing, NODE_H, NODE_W } from '../../../../src/console/page/flows/model/layout.ts';
import { merge } from '../../../../src/console/page/flows/model/merge.ts';
import {
  compact,
  type Doc,
  get,
  kindsOf,
  normalised,
  spotsOf,
  walk,
} from '../../../../src/console/page/flows/model/tree.ts';
import { rowsOf } from '../../../../src/console/page/flows/outline-rows.ts';
import { TEMPLATES } from '../../../../src/console/page/flows/templates.ts';
import { hotlineDiff } from '../../../../src/dialplan/diff/hotline-diff.ts';
import type { Hotline } from '../../../../src/dialplan/node/hotline.ts';
import { flowBoard } from '../../../../src/flow-board.ts';

/** The engine's own table. */
const FACTS: NodeKinds = flowBoard({} as never).kinds;
const KINDS = kindsOf(FACTS);
const queue = (name: string) => ({ type: 'queue', queue: name });
const DOC: Doc = normalised(
  {
    name: 'shop',
    flow: [
      { type: 'play', prompt: 'welcome' },
      {
        type: 'menu',
        prompt: 'main-menu',
        keys: { 1: queue('sales'), 2: [queue('service'), { type: 'hangup' }] },
      },
    ],
    flows: { night: { type: 'voicemail', box: 'reception' } },
    afterTalk: { type: 'survey', survey: 'three-keys' },
  },
  KINDS,
);
const MENU = ['flow', 1];
const field = (type: string, name: string) => KINDS.get(type)!.fields.find((one) => one.name === name)!;
const frozen = JSON.stringify(DOC);

describe('the tree of a flow', () => {
  it('is told by pointers of the document and by the paths of the engine', () => {
    expect(spotsOf(walk(DOC, KINDS)).map(({ pointer, path }) => [pointer, path])).toEqual([
      ['/flow/0', 'flow[0]'],
      ['/flow/1', 'flow[1]'],
      ['/flow/1/keys/1/0', 'flow[1].1'],
      ['/flow/1/keys/2/0', 'flow[1].2[0]'],
      ['/flow/1/keys/2/1', 'flow[1].2[1]'],
      ['/flows/night/0', 'night'],
      ['/afterTalk', 'afterTalk'],
    ]);
  });

  it('is the same to the engine as lists and as people write it', () => {
    const written = compact(DOC, KINDS);
    expect(get(written, ['flow', 1, 'keys', '1'])).toEqual(queue('sales'));
    expect(normalised(written, KINDS)).toEqual(DOC);
    const hotline = (doc: Doc) => ({ type: 'hotline', number: '400', ...doc }) as unknown as Hotline;
    expect(hotlineDiff(hotline(written), hotline(DOC))).toEqual([]);
  });

  it('has a row for each flow, node and branch, but for what is shut', () => {
    const roots = walk(DOC, KINDS);
    const told = (shut: readonly string[]) =>
      rowsOf(roots, new Set(shut)).map(({ pointer, level }) => `${level} ${pointer}`);
    expect(told(['/flow/1/keys/2'])).toEqual([
      '1 /flow',
      '2 /flow/0',
      '2 /flow/1',
      '3 /flow/1/keys/1',
      '4 /flow/1/keys/1/0',
      '3 /flow/1/keys/2',
      '1 /flows/night',
      '2 /flows/night/0',
      '1 /afterTalk',
    ]);
    expect(told(['/flow'])[1]).toBe('1 /flows/night');
  });

  it('says what stands in it in both languages', () => {
    const [zh, en] = [flowText(KINDS, 'zh-CN'), flowText(KINDS, 'en')];
    const [root] = walk(DOC, KINDS);
    const menu = root!.spots[1]!;
    expect([zh.kind('menu'), zh.summary(menu.node), zh.branch(menu.branches[0]!.branch)]).toEqual([
      '按键菜单',
      'main-menu',
      '按 1',
    ]);
    expect(en.branch(menu.branches[0]!.branch)).toBe('Key 1');
    const problem = {
      severity: 'error' as const,
      code: 'unknown-name',
      pointer: '/flow/1/keys/1/0/queue',
      detail: "there is no queue 'sales'",
      fix: null,
      guess: null,
    };
    expect(zh.problem(problem, DOC)).toBe('找不到“sales”（队列）');
    expect(en.problem(problem, DOC)).toBe('There is no "sales" (Queue)');
  });
});

describe('a change', () => {
  it('adds after a node, at the head of a flow, and in an empty branch', () => {
    const after = addAfter(DOC, ['flow', 0], [queue('vip')]);
    expect(after.chosen).toBe('/flow/1');
    expect((after.doc['flow'] as object[]).map((node) => (node as { type: string }).type)).toEqual([
      'play',
      'queue',
      'menu',
    ]);
    expect(addAfter(DOC, ['flow'], [queue('vip')]).chosen).toBe('/flow/0');
    const branch = addBranch(DOC, MENU, { field: field('menu', 'keys'), label: '3' })!;
    expect(branch.chosen).toBe('/flow/1/keys/3');
    const filled = addAfter(branch.doc, ['flow', 1, 'keys', '3'], [{ type: 'hangup' }]);
    expect(get(filled.doc, ['flow', 1, 'keys', '3'])).toEqual([{ type: 'hangup' }]);
    expect(JSON.stringify(DOC)).toBe(frozen);
  });

  it('removes, duplicates and moves, and chooses what is next', () => {
    expect(remove(DOC, ['flow', 1]).chosen).toBe('/flow/0');
    expect(remove(DOC, ['flows', 'night', 0])).toMatchObject({ chosen: '/flows/night' });
    const twice = duplicate(DOC, MENU);
    expect(twice.chosen).toBe('/flow/2');
    expect(get(twice.doc, ['flow', 2])).toEqual(get(DOC, MENU));
    expect(move(DOC, MENU, -1)!.chosen).toBe('/flow/0');
    expect(move(DOC, MENU, 1)).toBeUndefined();
  });

  it('adds, renames and removes branches without losing their order', () => {
    expect(addBranch(DOC, MENU, { field: field('menu', 'keys'), label: '1' })).toBeUndefined();
    expect(addBranch(DOC, MENU, { field: field('menu', 'otherwise'), label: '' })!.chosen).toBe(
      '/flow/1/otherwise',
    );
    const renamed = renameBranch(DOC, MENU, ['keys', '1'], '*')!;
    expect(renamed.chosen).toBe('/flow/1/keys/*');
    expect(renameBranch(DOC, MENU, ['keys', '1'], '2')).toBeUndefined();
    expect(get(removeBranch(DOC, MENU, ['keys', '2']).doc, ['flow', 1, 'keys'])).toEqual({
      1: [queue('sales')],
    });
    const shares = addAfter(DOC, ['flow'], [newNode(KINDS.get('byPercent')!)]).doc;
    const less = removeBranch(shares, ['flow', 0], ['shares', 0, 'flow']).doc;
    expect(get(less, ['flow', 0, 'shares'])).toEqual([{ weight: 50, flow: [] }]);
    expect(addFlow(DOC, 'night')).toBeUndefined();
  });

  it('sets a field, or takes it away', () => {
    const set = setField(DOC, MENU, 'attempts', 2).doc;
    expect(get(set, [...MENU, 'attempts'])).toBe(2);
    expect(setField(set, MENU, 'attempts', undefined).doc).toEqual(DOC);
  });

  it('is taken back and done again; letters in a field are one step', () => {
    let history = begun(DOC);
    for (const prompt of ['a', 'ab', 'abc'])
      history = changed(history, setField(history.now.doc, ['flow', 0], 'prompt', prompt), 'prompt');
    history = chose(history, '/flow/1');
    history = changed(history, remove(history.now.doc, MENU));
    expect(history.past.length).toBe(2);
    history = undone(history);
    expect(get(history.now.doc, ['flow', 0, 'prompt'])).toBe('abc');
    history = undone(history);
    expect(history.now.doc).toBe(DOC);
    expect(undone(history)).toBe(history);
    history = redone(redone(history));
    expect((history.now.doc['flow'] as unknown[]).length).toBe(1);
  });

  it('offers every kind that may be stored, and none with code', () => {
    const types = storable(KINDS).map(({ type }) => type);
    expect(types).not.toContain('script');
    expect(types.length).toBe(KINDS.size - 1);
  });
});

describe('two people', () => {
  const mine = setField(DOC, MENU, 'attempts', 2).doc;
  it('keep what each changed elsewhere', () => {
    const theirs = addAfter(DOC, ['flow', 0], [{ type: 'announcements' }]).doc;
    const { doc, conflicts, taken } = merge(DOC, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(taken).toEqual(['/flow/1']);
    expect(get(doc, ['flow', 1])).toEqual({ type: 'announcements' });
    expect(get(doc, ['flow', 2, 'attempts'])).toBe(2);
    expect(merge(DOC, theirs, mine).doc).toEqual(doc);
  });

  it('choose where both changed one thing', () => {
    const theirs = setField(DOC, MENU, 'attempts', 5).doc;
    const { doc, conflicts } = merge(DOC, mine, theirs);
    expect(conflicts).toEqual([
      { steps: ['flow', 1, 'attempts'], pointer: '/flow/1/attempts', base: undefined, mine: 2, theirs: 5 },
    ]);
    expect(doc).toEqual(mine);
  });

  it('lose nothing where one removes and the other adds', () => {
    const removed = remove(DOC, ['flow', 0]).doc;
    const added = addAfter(DOC, MENU, [{ type: 'hangup' }]).doc;
    const types = (doc: Doc) => (doc['flow'] as { type: string }[]).map(({ type }) => type);
    expect(types(merge(DOC, removed, added).doc)).toEqual(['menu', 'hangup']);
    expect(types(merge(DOC, added, removed).doc)).toEqual(['menu', 'hangup']);
    const both = merge(
      DOC,
      addAfter(DOC, ['flow', 0], [queue('a')]).doc,
      addAfter(DOC, ['flow', 0], [queue('b')]).doc,
    );
    expect(types(both.doc)).toEqual(['play', 'queue', 'queue', 'menu']);
    expect(both.conflicts).toEqual([]);
  });

  it('are told of a node that one changed and the other removed', () => {
    const { conflicts, doc } = merge(DOC, mine, remove(DOC, MENU).doc);
    expect(conflicts).toMatchObject([{ pointer: '/flow/1', mine: [{ type: 'menu' }], theirs: [] }]);
    expect(doc).toEqual(mine);
    expect(merge(DOC, mine, remove(DOC, MENU).doc, new Set([0])).doc).toEqual(remove(DOC, MENU).doc);
  });

  it('decide thing by thing: what is theirs in one conflict is mine in the next', () => {
    const changed = (attempts: number, prompt: string) =>
      setField(setField(DOC, MENU, 'attempts', attempts).doc, ['flow', 0], 'prompt', prompt).doc;
    const [one, other] = [changed(2, 'mine'), changed(5, 'theirs')];
    const { conflicts } = merge(DOC, one, other);
    expect(conflicts.map(({ pointer }) => pointer)).toEqual(['/flow/0/prompt', '/flow/1/attempts']);
    const { doc } = merge(DOC, one, other, new Set([1]));
    expect(get(doc, ['flow', 0, 'prompt'])).toBe('mine');
    expect(get(doc, ['flow', 1, 'attempts'])).toBe(5);
  });

  it('find a node again before which the other has put one of its kind', () => {
    const base: Doc = { flow: [queue('sales'), queue('service')] };
    const patient: Doc = { flow: [{ ...queue('sales'), maxWaitMs: 9 }, queue('service')] };
    const before: Doc = { flow: [queue('vip'), { ...queue('sales'), priority: 1 }, queue('service')] };
    expect(merge(base, patient, before).doc).toEqual({
      flow: [queue('vip'), { ...queue('sales'), maxWaitMs: 9, priority: 1 }, queue('service')],
    });
  });

  it('lose nothing whatever they do: all that is new is in the flow, or somebody is asked', () => {
    let seed = 7;
    const any = (most: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % most;
    };
    const edited = (doc: Doc, who: string) => {
      const marks: string[] = [];
      let now = doc;
      for (let n = 0; n <= any(5); n++) {
        const spots = spotsOf(walk(now, KINDS)).filter(({ steps }) => typeof steps.at(-1) === 'number');
        const { steps } = spots[any(spots.length)] ?? { steps: ['flow', -1] };
        const mark = `${who}${n}`;
        const what = spots.length === 0 ? 0 : any(5);
        if (what === 0) now = addAfter(now, steps, [queue(mark)]).doc;
        else if (what < 3) now = setField(now, steps, ['prompt', 'note', 'box'][any(3)]!, mark).doc;
        else if (what === 3) now = remove(now, steps).doc;
        else now = move(now, steps, 1)?.doc ?? now;
        marks.push(mark);
      }
      // What he has done away with again is not new.
      return { doc: now, marks: marks.filter((mark) => JSON.stringify(now).includes(`"${mark}"`)) };
    };
    for (let round = 0; round < 500; round++) {
      const [mine, theirs] = [edited(DOC, 'm'), edited(DOC, 't')];
      const { doc, conflicts } = merge(DOC, mine.doc, theirs.doc);
      const seen = JSON.stringify([doc, conflicts.map((one) => [one.mine, one.theirs])]);
      for (const mark of [...mine.marks, ...theirs.marks])
        expect(seen, `round ${round}`).toContain(`"${mark}"`);
      const all = new Set(conflicts.keys());
      const other = merge(DOC, mine.doc, theirs.doc, all);
      expect(other.conflicts.length, `round ${round}`).toBe(conflicts.length);
      const [own, his] = [JSON.stringify(doc), JSON.stringify(other.doc)];
      for (const mark of theirs.marks) expect(own + his, `round ${round}`).toContain(`"${mark}"`);
    }
  });
});

describe('a copy into another flow', () => {
  it('brings the parts that it names, and leaves those that mean something else there', () => {
    const text = copied(DOC, [{ type: 'goto', flow: 'night' }]);
    const bare: Doc = { flow: [queue('x')] };
    const into = pasted(bare, ['flow', 0], text)!;
    expect(into).toMatchObject({ chosen: '/flow/1', brought: ['flows.night'], differs: [] });
    expect(get(into.doc, ['flows', 'night'])).toEqual(get(DOC, ['flows', 'night']));
    const other: Doc = { flow: [], flows: { night: [{ type: 'hangup' }] } };
    expect(pasted(other, ['flow'], text)).toMatchObject({ brought: [], differs: ['flows.night'] });
    for (const wrong of ['', '{}', 'hello', '{"pbx400-flow":1,"nodes":[7]}'])
      expect(pasted(bare, ['flow'], wrong)).toBeUndefined();
  });
});

describe('the drawing', () => {
  it('is top-down, and no node lies on another', () => {
    const { boxes, edges } = drawing(walk(DOC, KINDS), {});
    for (const { from, to } of edges)
      expect(boxes.find(({ id }) => id === to)!.y).toBeGreaterThan(boxes.find(({ id }) => id === from)!.y);
    for (const one of boxes)
      for (const other of boxes)
        if (one !== other)
          expect(Math.abs(one.x - other.x) >= NODE_W || Math.abs(one.y - other.y) >= NODE_H).toBe(true);
  });

  it('keeps what was dragged where it was dragged, by path', () => {
    const [plain, dragged] = [{}, { 'flow[1]': { x: 40, y: 8 } }].map(
      (offsets) => drawing(walk(DOC, KINDS), offsets).boxes.find(({ id }) => id === '/flow/1')!,
    );
    expect([dragged!.x - plain!.x, dragged!.y - plain!.y]).toEqual([40, 8]);
  });
});

it('templates hold nodes that there are, with their fields', () => {
  for (const { key, doc } of TEMPLATES) {
    const spots = spotsOf(walk(normalised(doc, KINDS), KINDS));
    expect(spots.length, key).toBeGreaterThan(1);
    if (key !== 'blank') {
      const hours = spots.filter(({ node }) => node.type === 'schedule');
      expect(
        spots.some(({ node }) => node.type === 'menu'),
        key,
      ).toBe(true);
      expect(hours.length, key).toBeGreaterThan(0);
      for (const { node } of hours)
        expect(Object.keys(node['periods'] as object), key).toEqual(['open', 'closed', 'holiday']);
    }
    for (const { node, path } of spots) {
      const fields = KINDS.get(node.type)!.fields;
      const names = ['type', ...fields.map(({ name }) => name)];
      expect(
        Object.keys(node).filter((name) => !names.includes(name)),
        `${key} ${path}`,
      ).toEqual([]);
      const missing = fields.filter(({ name, isOptional }) => !isOptional && node[name] === undefined);
      expect(missing, `${key} ${path}`).toEqual([]);
    }
  }
});
