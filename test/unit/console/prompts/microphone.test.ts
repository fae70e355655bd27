import { expect, it, vi } from 'vitest';
import { Microphone } from '../../../../src/console/page/admin/prompts/microphone.ts';

/** A microphone whose permission is given by `give`. */
function asked() {
  const tracks: { readonly stop: ReturnType<typeof vi.fn<() => void>> }[] = [];
  const given: (() => void)[] = [];
  const microphone = new Microphone(
    () =>
      new Promise<{ getTracks(): typeof tracks }>((resolve) => {
        const track = { stop: vi.fn<() => void>() };
        tracks.push(track);
        given.push(() => resolve({ getTracks: () => [track] }));
      }),
  );
  return { microphone, tracks, give: (at: number) => given[at]!() };
}

it('is not left on where the page is left before it is given', async () => {
  const { microphone, tracks, give } = asked();
  const opening = microphone.open();
  microphone.close();
  give(0);
  expect(await opening).toBeUndefined();
  expect(tracks[0]!.stop).toHaveBeenCalledOnce();
});

it('is open once, however often it is asked for', async () => {
  const { microphone, tracks, give } = asked();
  const [first, second] = [microphone.open(), microphone.open()];
  give(0);
  give(1);
  expect(await first).toBeUndefined();
  expect(await second).toBeDefined();
  expect(tracks.map(({ stop }) => stop.mock.calls.length)).toEqual([1, 0]);
  microphone.close();
  microphone.close();
  expect(tracks[1]!.stop).toHaveBeenCalledOnce();
});
