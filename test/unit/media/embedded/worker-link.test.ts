import { expect, it } from 'vitest';
import { EmbeddedPlayback } from '../../../../src/media/embedded/embedded-playback.ts';
import type { Failure } from '../../../../src/media/embedded/protocol.ts';
import { WorkerLink } from '../../../../src/media/embedded/worker-link.ts';

/** A worker that does this with every command. */
function linkTo(onCommand: string) {
  const script = `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (command) => { ${onCommand} });`;
  const lost: Error[] = [];
  const faults: Failure[] = [];
  const link = new WorkerLink(
    { onLost: (error) => lost.push(error), onFault: (failure) => faults.push(failure) },
    new URL(`data:text/javascript,${encodeURIComponent(script)}`),
  );
  return { link, lost, faults };
}

it('brings replies and refusals to who asked', async () => {
  const { link } = linkTo(`
    const failure = { code: 'EADDRINUSE', message: 'in use' };
    const tell = command.do === 'stats' ? 'reply' : 'refused';
    parentPort.postMessage({ tell, request: command.request, value: { port: command.endpoint }, failure });`);
  const [first, second] = await Promise.all([
    link.ask({ do: 'stats', endpoint: 4 }),
    link.ask({ do: 'stats', endpoint: 6 }),
  ]);
  expect([first, second]).toEqual([{ port: 4 }, { port: 6 }]);
  await expect(link.ask({ do: 'close', endpoint: 1 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await link.close();
});

it('ends everything when the worker dies: requests, endpoints, and takes no more', async () => {
  const { link, lost } = linkTo('process.exit(3)');
  const told: string[] = [];
  link.endpoints.set(1, { onNotice: () => {}, onLost: (error) => told.push(error.message) });
  await expect(link.ask({ do: 'stats', endpoint: 1 })).rejects.toMatchObject({ code: 'media-worker' });
  expect(told).toEqual(['media worker ended with 3']);
  expect(lost.length).toBe(1);
  expect(link.endpoints.size).toBe(0);
  await expect(link.ask({ do: 'stats', endpoint: 1 })).rejects.toMatchObject({ code: 'closed' });
  link.order({ do: 'bridge', a: 1, b: 2 });
});

it('rejects what was asked when it is closed, without telling of a loss', async () => {
  const { link, lost } = linkTo('');
  const asked = link.ask({ do: 'stats', endpoint: 1 });
  const rejected = expect(asked).rejects.toMatchObject({ code: 'closed' });
  await link.close();
  await rejected;
  expect(lost).toEqual([]);
});

it('tells faults and how playbacks ended', async () => {
  const { link, faults } = linkTo(`
    parentPort.postMessage({ tell: 'fault', failure: { code: 'x', message: 'y' } });
    parentPort.postMessage({ tell: 'playbackEnded', playback: command.playback, end: { reason: 'completed' } });`);
  const playback = new EmbeddedPlayback(link, 1, 9);
  link.order({ do: 'play', endpoint: 1, playback: 9, items: [], repeat: 1, bargeIn: false });
  expect(await playback.finished).toEqual({ reason: 'completed' });
  expect(faults).toEqual([{ code: 'x', message: 'y' }]);
  expect(link.playbacks.size).toBe(0);
  await link.close();
});
