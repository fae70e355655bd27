import { systemClock } from '../shared/clock.ts';

/** npm and npx pass a Ctrl-C of the terminal on, which the program got already: one press arrives twice. */
const SAME_PRESS_MS = 300;

/** Resolves with the next SIGINT or SIGTERM, which then does nothing else. */
export function untilSignal(): Promise<'SIGINT' | 'SIGTERM'> {
  return signalAfter(0);
}

/** Resolves with the next SIGINT or SIGTERM that somebody means as another one. A third ends the process. */
export function untilSecondSignal(): Promise<'SIGINT' | 'SIGTERM'> {
  return signalAfter(SAME_PRESS_MS);
}

function signalAfter(deafMs: number): Promise<'SIGINT' | 'SIGTERM'> {
  const fromMs = systemClock.monotonic() + deafMs;
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      if (signal === 'SIGINT' && systemClock.monotonic() < fromMs) return;
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      resolve(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
