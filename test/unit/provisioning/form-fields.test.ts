import { describe, expect, it } from 'vitest';
import { KIND_NAMES } from '../../../src/provisioning/kinds.ts';
import { formFields } from '../../../src/provisioning/words/form-fields.ts';
import { labelledPaths } from '../../../src/provisioning/words/labels.ts';

const allFields = KIND_NAMES.flatMap((kind) => formFields(kind).map((field) => ({ kind, ...field })));

describe('fields of forms', () => {
  it('have a label each, in both languages', () => {
    const without = allFields.filter(({ label }) => !label).map(({ kind, path }) => `${kind} ${path}`);
    expect(without).toEqual([]);
  });

  it('have words for each value that may be chosen', () => {
    const without = allFields.flatMap(({ kind, path, choices = [] }) =>
      choices.filter(({ label }) => !label).map(({ value }) => `${kind} ${path} ${value}`),
    );
    expect(without).toEqual([]);
  });

  it('say in Chinese what must be written', () => {
    const without = allFields
      .filter(({ hint }) => hint && hint[0] === hint[1] && /[a-z]{3} [a-z]/.test(hint[1]))
      .map(({ kind, path, hint }) => `${kind} ${path} ${hint}`);
    expect(without).toEqual([]);
  });

  it('are what labels are written for', () => {
    const known = new Set(allFields.map(({ kind, path }) => `${kind} ${path.replace(/Ms(?=$|[.[])/g, '')}`));
    const loose = KIND_NAMES.flatMap((kind) => labelledPaths(kind).map((path) => `${kind} ${path}`));
    expect(loose.filter((each) => !known.has(each))).toEqual([]);
  });

  it('are described in a sentence where they hold a value', () => {
    const without = allFields
      .filter(({ type, path, help }) => !['group', 'map'].includes(type) && !path.endsWith(']') && !help)
      .map(({ kind, path }) => `${kind} ${path}`);
    expect(without).toEqual([]);
  });

  it('say what stands in each: groups, lists and maps, durations, what they refer to', () => {
    const of = (path: string) => formFields('queue').find((each) => each.path === path);
    expect(of('ringMs')).toMatchObject({
      type: 'duration',
      default: 15_000,
      label: ['Ring time', '振铃时长'],
    });
    expect(of('agents')).toMatchObject({ type: 'list', isRequired: false });
    expect(of('agents[]')).toMatchObject({ type: 'text', reference: 'agent' });
    expect(of('offer')).toMatchObject({ type: 'group', default: undefined });
    expect(of('offer.voicemail.mailbox')).toMatchObject({ isRequired: true, reference: 'mailbox' });
    expect(of('music')).toMatchObject({ reference: 'prompt', default: 'queue-music' });
    expect(of('strategy')?.choices?.[0]).toEqual({ value: 'sequential', label: ['In order', '顺序'] });
    const calendar = formFields('calendar').map(({ path, type }) => `${path} ${type}`);
    expect(calendar).toEqual(expect.arrayContaining(['periods map', 'periods.* map', 'periods.*.* text']));
    const pin = formFields('agent').find(({ path }) => path === 'pin');
    expect(pin).toMatchObject({ isSecret: true, type: 'text' });
  });

  it('come with those that people set up first', () => {
    const top = formFields('queue').filter(({ path }) => !/[.[]/.test(path));
    expect(top.slice(0, 3).map(({ path }) => path)).toEqual(['title', 'strategy', 'agents']);
    expect(new Set(top.map(({ path }) => path)).size).toBe(top.length);
  });
});
