import { describe, expect, it } from 'vitest';
import { Progress } from '../../../src/cli/progress.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

function setUp(isTerminal: boolean) {
  const clock = new ManualClock();
  let told = '';
  const tell = (text: string) => {
    told += text;
  };
  const progress = new Progress(tell, { isTerminal, clock });
  return { clock, progress, told: () => told };
}

describe('progress of long work', () => {
  it('is a line every two seconds where nobody looks on', async () => {
    const { clock, progress, told } = setUp(false);
    for (let done = 1; done <= 50; done++) {
      await clock.advance(100);
      progress.say('cdr', done, 50);
    }
    progress.end();
    expect(told()).toBe('cdr: 20 of 50 (40 %)\ncdr: 40 of 50 (80 %)\n');
  });

  it('is one line on a terminal, which is gone in the end', async () => {
    const { clock, progress, told } = setUp(true);
    for (const done of [1, 2, 3]) {
      await clock.advance(150);
      progress.say('events', done, 0);
    }
    progress.end();
    progress.end();
    expect(told()).toBe('\revents: 2\u001b[K\r\u001b[K');
  });

  it('says nothing of what is over at once', () => {
    const { progress, told } = setUp(true);
    progress.say('cdr', 1, 1);
    progress.end();
    expect(told()).toBe('');
  });
});
