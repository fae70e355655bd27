import { expect, it } from 'vitest';
import { Conference } from '../../../../src/media/embedded/worker/conference.ts';
import { FRAME_SLOTS } from '../../../../src/media/embedded/worker/frame-clock.ts';
import { FrameSlots } from '../../../../src/media/embedded/worker/frame-slots.ts';
import type { WorkerLeg } from '../../../../src/media/embedded/worker/worker-leg.ts';

/** What FrameSlots asks of a leg. */
function leg(handle: number, log: string[] = []): WorkerLeg {
  return {
    handle,
    listen: () => log.push(`${handle} listens`),
    speak: () => log.push(`${handle} speaks`),
    halfway: () => {},
    checkAlive: () => {},
    report: () => log.push(`${handle} reports`),
    enter: () => {},
    exit: () => {},
  } as unknown as WorkerLeg;
}

function frame(slots: FrameSlots): void {
  for (let slot = 0; slot < FRAME_SLOTS; slot++) if (slots.uses(slot)) slots.onSlot(slot, 0);
}

it('spreads legs evenly, so that no slot sends a burst', () => {
  const slots = new FrameSlots();
  const turns: number[][] = Array.from({ length: FRAME_SLOTS }, () => []);
  let now = 0;
  for (let handle = 0; handle < 100; handle++) {
    const each = leg(handle);
    each.speak = () => turns[now]!.push(handle);
    slots.add(each);
  }
  for (now = 0; now < FRAME_SLOTS; now++) slots.onSlot(now, 0);
  expect(turns.map((handles) => handles.length)).toEqual(turns.map(() => 100 / FRAME_SLOTS));
  // always in the same order: a packet's place within the 20 ms does not move
  const first = turns.map((handles) => handles.splice(0));
  for (now = 0; now < FRAME_SLOTS; now++) slots.onSlot(now, 20);
  expect(turns).toEqual(first);
});

it('lets the members of a conference listen before it mixes and speak afterwards', () => {
  const slots = new FrameSlots();
  const log: string[] = [];
  const members = [1, 2, 3].map((handle) => leg(handle, log));
  for (const member of members) slots.add(member);
  const conference = new Conference(9);
  conference.mix = () => log.push('mix');
  for (const member of members) slots.gather(member, conference);
  frame(slots);
  const heard = ['1 listens', '2 listens', '3 listens', 'mix', '1 speaks', '2 speaks', '3 speaks'];
  expect(log.splice(0)).toEqual(heard);
  slots.drop(conference);
  frame(slots);
  expect(log).not.toContain('mix');
});

it('gives each leg a short turn half a frame after its own', () => {
  const slots = new FrameSlots();
  const log: string[] = [];
  const only = leg(1, log);
  only.halfway = (nowMs) => log.push(`halfway at ${nowMs}`);
  slots.add(only);
  for (let slot = 0; slot < FRAME_SLOTS; slot++) {
    if (slots.uses(slot)) slots.onSlot(slot, (slot * 20) / FRAME_SLOTS);
  }
  expect(log).toEqual(['1 listens', '1 speaks', 'halfway at 10']);
});

it('forgets who left', () => {
  const slots = new FrameSlots();
  const log: string[] = [];
  const gone = leg(1, log);
  slots.add(gone);
  slots.remove(gone);
  frame(slots);
  expect(log).toEqual([]);
});

it('lets each leg report every five seconds, not all at once', () => {
  const slots = new FrameSlots();
  const log: string[] = [];
  for (let handle = 0; handle < 50; handle++) slots.add(leg(handle, log));
  let most = 0;
  let reports = 0;
  for (let n = 0; n < 250; n++) {
    log.length = 0;
    frame(slots);
    const now = log.filter((line) => line.endsWith('reports')).length;
    most = Math.max(most, now);
    reports += now;
  }
  expect(reports).toBe(50);
  expect(most).toBe(1);
});
