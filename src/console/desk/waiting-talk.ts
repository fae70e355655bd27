import { ask } from '../api/ask.ts';
import { beginMe, isOfAll } from '../api/me.ts';
import type { DeskRow } from '../api/types.ts';
import { LEGS, rememberedKind } from './phone-choice.ts';
import type { TabPhone } from './tab-phone.ts';

/** A talk is back within it on any machine that can be worked at; what is drawn waits no longer. */
const BACK_MS = 1500;

/**
 * Asks who is signed in. Where this page was loaded anew in a talk, whose caller hears music now, its phone begins at once, before
 * anything is drawn; whatever stands in the way of that, the desk begins it as any other (`use-tab-phone.ts`). Resolves when the talk
 * is back, or none is waited for. Never rejects.
 */
export async function beginWithTalk(): Promise<void> {
  const me = beginMe();
  const before = LEGS.get();
  if (rememberedKind() !== 'browser' || before.length === 0) return;
  const asked = [me, ask<DeskRow>('/agents/me/desk'), import('./own-phone.ts')] as const;
  const told = await Promise.all(asked).catch(() => undefined);
  if (!told) return;
  const [who, row, { legsOf, ownPhone }] = told;
  // Who sees several companies chooses one first.
  if (!who || isOfAll(who) || who.user?.mustChange || who.user?.agent !== row.agent) return;
  if (!legsOf(row).some((id) => before.includes(id))) return;
  const phone = ownPhone(who.tenant, row.agent);
  phone.start();
  await isBack(phone);
}

async function isBack(phone: TabPhone): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const off = phone.onChange(() => {
    const { calls, trouble } = phone.sight;
    if (trouble || calls.some(({ state }) => state === 'talking')) resolve();
  });
  const late = setTimeout(resolve, BACK_MS);
  await promise;
  clearTimeout(late);
  off();
}
