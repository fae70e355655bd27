import { expect } from 'vitest';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { desk, pass, peer } from './wire.ts';

/** A call of the peer's that was answered and acknowledged. */
export async function confirmed(headers: string[] = []) {
  desk.take = (leg) => void leg.answer(BOB).catch(() => {});
  peer.request('INVITE', 'c1', { body: ALICE, headers });
  await pass(5);
  const dialog = peer.dialogOf(peer.responses.at(-1)!);
  peer.inDialog(dialog, 'ACK');
  await pass(5);
  expect(desk.calls[0]!.state).toBe('confirmed');
  return dialog;
}
