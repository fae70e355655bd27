import { describe } from 'vitest';

/**
 * A suite that goes on beside the others of its file that are described so: most of its time it waits for audio. Its own tests
 * come one after the other. `missing`: why it is skipped.
 */
export function describeBeside(missing: string | undefined, title: string, body: () => void): void {
  describe.skipIf(missing)(title, { concurrent: true }, () => {
    describe('in turn', { concurrent: false }, body);
  });
}
