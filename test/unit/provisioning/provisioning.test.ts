import { expect, it } from 'vitest';
import { Provisioning, type ProvisioningEvents } from '../../../src/provisioning/provisioning.ts';
import type { Named } from '../../../src/provisioning/snapshot.ts';

const mailbox = (tenant: string, name: string, maxMs = 1000): Named => ({
  kind: 'mailbox',
  tenant,
  name,
  value: { tenant, name, greeting: 'g', maxMs, maxSilenceMs: 100, extensions: [] },
});

it('keeps the same name of two companies apart', () => {
  const { snapshot } = new Provisioning([mailbox('a', 'sales', 1), mailbox('b', 'sales', 2)]);
  expect(snapshot.get('mailbox', 'a', 'sales')?.maxMs).toBe(1);
  expect(snapshot.get('mailbox', 'b', 'sales')?.maxMs).toBe(2);
  expect(snapshot.get('mailbox', 'c', 'sales')).toBeUndefined();
  expect(snapshot.of('mailbox', 'a')).toHaveLength(1);
  expect(snapshot.all('mailbox')).toHaveLength(2);
});

it('tells what came, changed and went, and nothing when nothing did', () => {
  const stays = mailbox('a', 'stays');
  const provisioning = new Provisioning([stays, mailbox('a', 'goes'), mailbox('a', 'changes', 1)]);
  const before = provisioning.snapshot;
  const told: ProvisioningEvents['changed'][] = [];
  provisioning.events.on('changed', (change) => told.push(change));
  provisioning.replace([stays, mailbox('a', 'changes', 2), mailbox('a', 'comes')]);
  expect(told).toHaveLength(1);
  const { snapshot, changes } = told[0]!;
  expect(snapshot).toBe(provisioning.snapshot);
  expect(snapshot.revision).toBe(before.revision + 1);
  expect(before.get('mailbox', 'a', 'goes')).toBeDefined();
  const kinds = changes.map(({ name, before: old, after }) => [name, old !== undefined, after !== undefined]);
  expect(kinds).toEqual([
    ['changes', true, true],
    ['comes', false, true],
    ['goes', true, false],
  ]);
  provisioning.replace([...['mailbox' as const].flatMap((kind) => [...snapshot.entities(kind)])]);
  expect(told).toHaveLength(1);
});
