import type { Snapshot } from '../provisioning/snapshot.ts';
import type { Reached } from '../shared/scope.ts';

/** Mailboxes (语音信箱) of a phone: the one that its unanswered calls go to, and those that name it. */
export function boxesOfPhone(snapshot: Snapshot, tenant: string, extension: string): readonly string[] {
  const own = snapshot.get('extension', tenant, extension)?.voicemail;
  const boxes = new Set(own === undefined ? [] : [own]);
  for (const { name, extensions } of snapshot.of('mailbox', tenant))
    if (extensions.includes(extension)) boxes.add(name);
  return [...boxes];
}

/** Phones whose lamp a mailbox lights. */
export function phonesOfBox(snapshot: Snapshot, tenant: string, box: string): readonly string[] {
  const phones = new Set(snapshot.get('mailbox', tenant, box)?.extensions);
  for (const { number, voicemail } of snapshot.of('extension', tenant))
    if (voicemail === box) phones.add(number);
  return [...phones];
}

/** Mailboxes of agents: those of their phones, and of the groups of phones (分机组) that ring them. */
export function boxesReached(
  snapshot: Snapshot,
  tenant: string,
  { agents, extensions }: Reached,
): readonly string[] {
  const boxes = new Set([...extensions].flatMap((each) => boxesOfPhone(snapshot, tenant, each)));
  for (const { members, otherwise } of snapshot.of('group', tenant)) {
    const isTheirs = members.some(
      ({ agent, extension }) =>
        (agent !== undefined && agents.has(agent)) || (extension !== undefined && extensions.has(extension)),
    );
    if (isTheirs && otherwise.mailbox !== undefined) boxes.add(otherwise.mailbox);
  }
  return [...boxes];
}
