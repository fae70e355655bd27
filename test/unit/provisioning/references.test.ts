import { describe, expect, it } from 'vitest';
import { checkEntities } from '../../../src/provisioning/check/check-entities.ts';
import { pointerOf } from '../../../src/provisioning/check/mistake.ts';
import { STANDARD_CODES } from '../../../src/provisioning/feature-codes.ts';
import { KIND_NAMES, KINDS, type KindName } from '../../../src/provisioning/kinds.ts';
import { type Named, Snapshot } from '../../../src/provisioning/snapshot.ts';

/** A text field of a schema, found by a walk of the test's own. */
interface TextField {
  readonly kind: KindName;
  readonly path: readonly string[];
  readonly facts: Facts;
}

interface Facts {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Facts>>;
  readonly items?: Facts;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly reference?: string;
  readonly prompt?: boolean;
  readonly fromKey?: boolean;
  /** The keys of the map are names of this kind. */
  readonly keyReference?: string;
}

/** `[]` in a path is the items of a list. */
function* textFields(kind: KindName, facts: Facts, path: readonly string[] = []): Generator<TextField, void> {
  if (facts.type === 'string') yield { kind, path, facts };
  for (const [key, property] of Object.entries(facts.properties ?? {})) {
    yield* textFields(kind, property, [...path, key]);
  }
  if (facts.keyReference) yield { kind, path: [...path, '{}'], facts: { reference: facts.keyReference } };
  if (facts.items) yield* textFields(kind, facts.items, [...path, '[]']);
}

const fields = KIND_NAMES.flatMap((kind) => [...textFields(kind, KINDS[kind].schema as Facts)]);
const pathOf = ({ kind, path }: TextField) => `${kind}.${path.join('.')}`;

/** A value with `text` at `path` and nothing else. */
function valueWith([step, ...rest]: readonly string[], text: string): unknown {
  if (step === undefined) return text;
  if (step === '{}') return { [text]: {} };
  return step === '[]' ? [valueWith(rest, text)] : { [step]: valueWith(rest, text) };
}

describe('references', () => {
  const checked = fields.filter(({ facts }) => facts.reference ?? facts.prompt);

  it('are all that is a free text and no word for people, address or secret', () => {
    const free = fields.filter(
      ({ facts }) => !facts.pattern && !facts.enum && !facts.reference && !facts.prompt && !facts.fromKey,
    );
    expect(free.map(pathOf)).toEqual([
      'trunk.addresses.[]',
      'trunk.register.username',
      'trunk.register.password',
      'trunk.register.realm',
      'trunk.identify.user',
      'extension.ha1.realm',
      'breakReason.title.zh',
      'breakReason.title.en',
      'disposition.entries.[].title',
      'disposition.entries.[].children.[].title',
      'disposition.entries.[].children.[].children.[].title',
      'script.text',
      'contact.note',
      'queue.title',
      'nuisance.reason',
      'prompt.text',
      'secret.value',
      'hotline.name',
      'hotline.description',
      'hotline.timeZone',
      'announcement.text',
      'announcement.areas.[]',
      'announcement.places.[]',
      'wallboard.tiles.[].title',
      'segments.version',
      'segments.source',
      'holidays.source',
    ]);
  });

  it('name kinds that there are', () => {
    const named = fields.flatMap(({ facts }) => facts.reference ?? []);
    expect(named).toHaveLength(26);
    for (const kind of named) expect(KIND_NAMES).toContain(kind);
  });

  it.each(checked.map((field) => [pathOf(field), field] as const))('%s is checked', (_, { kind, path }) => {
    const tenant: Named = {
      kind: 'tenant',
      tenant: 'a',
      name: 'a',
      value: { tenant: 'a', id: 'a', name: 'A', codes: STANDARD_CODES, retention: {}, shows: 'trunk' },
    };
    const value = valueWith(path, 'nowhere') as never;
    const snapshot = new Snapshot(1, [tenant, { kind, tenant: 'a', name: '8001', value }]);
    const mistakes = checkEntities(snapshot, { prompts: new Set(['somewhere']) });
    const pointer = `/${KINDS[kind].plural}/8001/${path.map((step) => (step === '[]' ? '0' : step === '{}' ? 'nowhere' : step)).join('/')}`;
    expect(mistakes.map((mistake) => [pointerOf(mistake), mistake.reason.slice(-9)])).toEqual([
      [pointer, "'nowhere'"],
    ]);
  });

  it('of the values of a map are checked, too', () => {
    const owners = { 13800138000: 'nowhere' };
    const value = { tenant: 'a', name: 'gold', numbers: [], prefixes: [], owners };
    const snapshot = new Snapshot(1, [{ kind: 'list', tenant: 'a', name: 'gold', value }]);
    expect(checkEntities(snapshot).map(pointerOf)).toContain('/lists/gold/owners/13800138000');
  });

  it('do not reach into another company', () => {
    const entities: Named[] = ['a', 'b'].map((id) => ({
      kind: 'tenant',
      tenant: id,
      name: id,
      value: { tenant: id, id, name: id, codes: STANDARD_CODES, retention: {}, shows: 'trunk' },
    }));
    const extension: Named<'extension'> = {
      kind: 'extension',
      tenant: 'a',
      name: '8001',
      value: {
        tenant: 'a',
        number: '8001',
        name: 'Zhang',
        outside: 'domestic',
        forward: { ringMs: 20_000 },
        seesNumbers: true,
      },
    };
    const agent: Named<'agent'> = {
      kind: 'agent',
      tenant: 'b',
      name: '8001',
      value: { tenant: 'b', id: '8001', name: 'Wang', extension: '8001' },
    };
    expect(checkEntities(new Snapshot(1, [...entities, extension, agent]))).toEqual([
      {
        kind: 'agent',
        tenant: 'b',
        name: '8001',
        path: ['extension'],
        reason: "tenant 'b' has no extension '8001'",
        fix: 'define it under extensions:',
        missing: { kind: 'extension', tenant: 'b', name: '8001' },
        isToMake: true,
      },
    ]);
  });
});
