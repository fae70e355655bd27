import type { Logger } from './logger.ts';

/**
 * Says what failed where nobody waited for it (`unhandledRejection`): a fault of the program in one call, which must not end all
 * others, as Node would. What it was part of is ended by whoever owns it. The function that is returned takes it back.
 */
export function logStrayFailures(logger: Logger): () => void {
  const onRejection = (err: unknown) =>
    logger.error({ err }, 'something failed that nobody waited for: a fault of the program; calls go on');
  process.on('unhandledRejection', onRejection);
  return () => void process.off('unhandledRejection', onRejection);
}
